import { Injectable } from '@nestjs/common';
import {
  decodeRawAnswer,
  interpretRevocation,
  interpretTokenAnswer,
  sendRevocation,
  type TokenAnswer,
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
const againMs = 30_000;

/**
 * Answers that found their place taken. Those of a revoked connection are revoked at the provider, unless that would
 * reach grants that the user made since; the others are kept, marked, and taken up again only where all else is refused.
 */
@Injectable()
export class OrphansService {
  constructor(
    private readonly database: Database,
    private readonly outbound: OutboundClient,
  ) {}

  async settle(open: OpenAttempt, sealed: Buffer): Promise<string> {
    // One replica at a time: the others find it put off.
    if (!(await this.claim(open))) return 'orphan-taken';
    const { facts } = open;
    const ended = facts?.state === 'revoking' || facts?.state === 'revoked';
    const answer = facts && tokensIn(open, facts, sealed);
    const rules = facts?.provider?.revocation;
    if (!ended || !answer || !rules) return this.close(open, 'kept');
    if (rules.reach === 'user_grants' && (await this.hasOtherGrant(open))) return this.close(open, 'kept');
    return (await this.revoke(facts, answer)) ? this.close(open, 'revoked') : 'orphan-waits';
  }

  private claim({ id, target }: OpenAttempt): Promise<boolean> {
    return this.database.inWorkspace(target.workspace, (tx) => tx.get(AttemptRepository).claim(id, againMs));
  }

  private hasOtherGrant({ target }: OpenAttempt): Promise<boolean> {
    return this.database.inWorkspace(target.workspace, async (tx) => {
      const connections = tx.get(ConnectionRepository);
      const connection = await connections.find(target.connection);
      return !connection || connections.hasOtherGrant(connection);
    });
  }

  /** False where the provider has to be asked again. */
  private async revoke({ provider, clients }: RefreshFacts, answer: TokenAnswer): Promise<boolean> {
    const [client] = clients;
    if (!provider?.revocation || !client) return true;
    const { server, format, revocation: rules } = provider;
    const [{ refreshToken, accessToken }] = answer.tokens;
    const token = refreshToken ?? accessToken;
    const tokenTypeHint = refreshToken === undefined ? 'access_token' : 'refresh_token';
    const wire = { fetch: this.outbound.asFetch({ deadlineMs }), now: () => new Date() };
    const raw = await sendRevocation({ server, client, format, rules, token, tokenTypeHint, wire });
    return interpretRevocation(rules, raw).outcome !== 'retry';
  }

  private async close({ id, target }: OpenAttempt, what: 'kept' | 'revoked'): Promise<string> {
    const { workspace, connection, slot } = target;
    await this.database.inWorkspace(workspace, async (tx) => {
      if (what === 'revoked') await tx.get(LandingRepository).delete(id);
      else await tx.get(LandingRepository).mark(id, 'orphaned');
      await tx.get(AttemptRepository).close(id, { state: 'orphaned' });
      await tx.get(AuditRepository).append({
        actor: workerActor,
        action: `token.orphan_${what}`,
        subject: { type: 'connection', id: connection },
        detail: { attempt: id, slot },
      });
    });
    return `orphan-${what}`;
  }
}

function tokensIn(
  { id, target }: OpenAttempt,
  { provider, cipher }: RefreshFacts,
  sealed: Buffer,
): TokenAnswer | undefined {
  if (!provider) return undefined;
  const raw = decodeRawAnswer(cipher.open({ attempt: id }, sealed));
  const { tokens, failures } = provider;
  const read = interpretTokenAnswer({ tokens, failures, raw, slot: target.slot });
  return read.kind === 'tokens' ? read.answer : undefined;
}
