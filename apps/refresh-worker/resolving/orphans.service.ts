import { Injectable, Logger } from '@nestjs/common';
import {
  backoffMs,
  decodeRawAnswer,
  interpretTokenAnswer,
  revokeTokens,
  type RawAnswer,
  type SlotTokens,
  type TokensRevoked,
} from '#oauth';
import { OutboundClient } from '#outbound';
import {
  AttemptRepository,
  AuditRepository,
  ConnectionRepository,
  Database,
  LandingRepository,
} from '#storage';
import { workerActor } from '../refreshing/promotions.service.js';
import type { OpenAttempt, RefreshFacts } from '../refreshing/refresh-facts.js';

const deadlineMs = 10_000;
/** Outlasts two tokens at two secrets each. */
const claimMs = 45_000;
const againFirstMs = 30_000;
const longestWaitMs = 3_600_000;
/** With the back-off's ceiling, less than a day: whoever waits to call the connection dead waits a little longer. */
const mostTries = 24;

/**
 * Answers that found their place taken. Those of a revoked connection are revoked at the provider, unless that would
 * reach grants that the user made since; the others are kept, marked, and taken up again only where all else is refused.
 */
@Injectable()
export class OrphansService {
  private readonly logger = new Logger(OrphansService.name);

  constructor(
    private readonly database: Database,
    private readonly outbound: OutboundClient,
  ) {}

  async settle(open: OpenAttempt, sealed: Buffer): Promise<string> {
    // One replica at a time: the others find it put off.
    const tries = await this.claim(open);
    if (tries === undefined) return 'orphan-taken';
    const { facts } = open;
    if (!facts || !(facts.state === 'revoking' || facts.state === 'revoked')) return this.keep(open);
    const told = await this.revoke(open, facts, sealed);
    if (told.outcome === 'nothing') return this.discard(open);
    if (told.outcome === 'revoked') return this.close(open, 'revoked');
    if (told.outcome !== 'retry' || tries >= mostTries) return this.keep(open, told.code);
    await this.postpone(open, tries, told.retryAfterMs);
    return 'orphan-waits';
  }

  private claim({ id, target }: OpenAttempt): Promise<number | undefined> {
    return this.database.inWorkspace(target.workspace, (tx) => tx.get(AttemptRepository).claim(id, claimMs));
  }

  private async postpone(
    { id, target }: OpenAttempt,
    failures: number,
    retryAfterMs?: number,
  ): Promise<void> {
    const waits = { firstMs: againFirstMs, maxMs: longestWaitMs, random: Math.random() };
    await this.database.inWorkspace(target.workspace, (tx) =>
      tx.get(AttemptRepository).postpone(id, backoffMs({ failures, retryAfterMs, ...waits })),
    );
  }

  private hasOtherGrant({ target }: OpenAttempt): Promise<boolean> {
    return this.database.inWorkspace(target.workspace, async (tx) => {
      const connections = tx.get(ConnectionRepository);
      const connection = await connections.find(target.connection);
      return !connection || connections.hasOtherGrant(connection);
    });
  }

  private async revoke(open: OpenAttempt, facts: RefreshFacts, sealed: Buffer): Promise<Told> {
    const { provider, clients } = facts;
    const rules = provider?.revocation;
    if (!provider || !rules) return { outcome: 'unsupported', code: 'provider_has_no_revocation' };
    const tokens = tokensIn(open, facts, sealed);
    if (tokens === 'none') return { outcome: 'nothing' };
    if (typeof tokens === 'string') return { outcome: 'failed', code: tokens };
    if (rules.reach === 'user_grants' && (await this.hasOtherGrant(open)))
      return { outcome: 'unsupported', code: 'would_revoke_another_grant' };
    const [first, ...rest] = clients;
    if (!first) return { outcome: 'retry', code: 'client_missing' };
    const { server, format, failures } = provider;
    const wire = { fetch: this.outbound.asFetch({ deadlineMs }), now: () => new Date() };
    const asked = { server, format, failures, rules, clients: [first, ...rest] as const, tokens, wire };
    try {
      return await revokeTokens(asked);
    } catch (error) {
      this.logger.debug({ err: error, attempt: open.id }, 'the provider could not be told');
      const { code } = error as { code?: unknown };
      return { outcome: 'retry', code: typeof code === 'string' ? code : 'request_failed' };
    }
  }

  private async discard({ id, target }: OpenAttempt): Promise<string> {
    await this.database.inWorkspace(target.workspace, async (tx) => {
      await tx.get(LandingRepository).delete(id);
      await tx.get(AttemptRepository).close(id, { state: 'failed' });
    });
    return 'orphan-empty';
  }

  private keep(open: OpenAttempt, reason?: string): Promise<string> {
    return this.close(open, 'kept', reason);
  }

  private async close(
    { id, target }: OpenAttempt,
    what: 'kept' | 'revoked',
    reason?: string,
  ): Promise<string> {
    const { workspace, connection, slot } = target;
    await this.database.inWorkspace(workspace, async (tx) => {
      if (what === 'revoked') await tx.get(LandingRepository).delete(id);
      else await tx.get(LandingRepository).mark(id, 'orphaned');
      await tx.get(AttemptRepository).close(id, { state: 'orphaned', errorCode: reason });
      await tx.get(AuditRepository).append({
        actor: workerActor,
        action: `token.orphan_${what}`,
        subject: { type: 'connection', id: connection },
        detail: { attempt: id, slot, ...(reason !== undefined && { reason }) },
      });
    });
    return `orphan-${what}`;
  }
}

type Told =
  | TokensRevoked
  | { outcome: 'nothing' }
  | { outcome: 'retry'; code: string; retryAfterMs?: undefined }
  | { outcome: 'unsupported' | 'failed'; code: string };
type Tokens = Pick<SlotTokens, 'accessToken' | 'refreshToken'>;

/** Or why there are none. */
function tokensIn(
  { id, target }: OpenAttempt,
  { provider, cipher, refreshToken: kept }: RefreshFacts,
  sealed: Buffer,
): Tokens | 'none' | 'not_readable' | 'not_understood' {
  let raw: RawAnswer;
  try {
    raw = decodeRawAnswer(cipher.open({ attempt: id }, sealed));
  } catch {
    return 'not_readable';
  }
  const { tokens, failures } = provider!;
  const read = interpretTokenAnswer({ tokens, failures, raw, slot: target.slot });
  // An error in a 2xx holds no token; what nobody understands may.
  if (read.kind === 'failure') return read.failure.class === 'PROTOCOL' ? 'not_understood' : 'none';
  const [{ accessToken, refreshToken = kept }] = read.answer.tokens;
  // An answer without one leaves the old in force (RFC 6749 §6).
  return { accessToken, refreshToken };
}
