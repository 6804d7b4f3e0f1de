import { Injectable } from '@nestjs/common';
import {
  backoffMs,
  clientsWithSecrets,
  interpretRevocation,
  sendRevocation,
  trySecrets,
  type OAuthClient,
  type RevocationRules,
} from '#oauth';
import { OutboundClient } from '#outbound';
import { Metrics } from '#platform';
import { ProviderCatalogue, ProviderError, type ResolvedProvider } from '#providers';
import {
  ConnectionRepository,
  Database,
  IntegrationRepository,
  RevocationRepository,
  TokenSetRepository,
  type Connection,
  type Integration,
  type RevocationItem,
} from '#storage';
import { Vault, VaultError, type WorkspaceCipher } from '#vault';
import { FinishingService } from './finishing.service.js';

type Kind = 'access_token' | 'refresh_token';
type End = { state: 'revoked' | 'unsupported' | 'failed'; error: string | null; httpStatus: number | null };
type Step = { end: End } | { retry: { error: string; httpStatus: number | null; afterMs?: number } };

/** Undefined where there is no such token. */
type Opened = { token: string } | 'unreadable' | undefined;

interface Work {
  workspace: string;
  item: RevocationItem;
  connection: Connection;
  provider: ResolvedProvider | undefined;
  /** Newest secret first. */
  clients: OAuthClient[];
  tokens: Record<Kind, Opened>;
  /** A grant of the same user that must not die with this one. */
  hasNewerGrant: boolean;
}

const deadlineMs = 10_000;
/** Outlasts two tokens at two secrets each: else a second replica would tell the provider meanwhile. */
const leaseMs = 45_000;
/** With the back-off's ceiling, about ten days. */
const mostAttempts = 300;
const longestWaitMs = 3_600_000;

/** Tells the provider of one item (RFC 7009), as often as it takes. */
@Injectable()
export class ItemsService {
  private readonly total: ReturnType<Metrics['counter']>;

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly catalogue: ProviderCatalogue,
    private readonly outbound: OutboundClient,
    private readonly finishing: FinishingService,
    metrics: Metrics,
  ) {
    this.total = metrics.counter({
      name: 'evergrant_revocation_total',
      help: 'What came of telling providers',
      labelNames: ['provider', 'outcome'],
    });
  }

  /** Does nothing where somebody else has the item, or it is done. */
  async process(workspace: string, id: string): Promise<void> {
    // Committed by itself: were the claim undone by what fails below, the item would be due again at once, for ever.
    const item = await this.database.inWorkspace(workspace, (tx) =>
      tx.get(RevocationRepository).claimItem(id, leaseMs),
    );
    const work = item && (await this.load(workspace, item));
    if (!work) return;
    const step = await this.tell(work);
    await this.settle(work, step);
    this.total.inc({
      provider: work.connection.provider,
      outcome: 'end' in step ? step.end.state : 'retry',
    });
  }

  private async load(workspace: string, item: RevocationItem): Promise<Work | undefined> {
    const cipher = await this.vault.cipherFor(workspace);
    return this.database.inWorkspace(workspace, async (tx) => {
      const connections = tx.get(ConnectionRepository);
      const connection = await connections.find(item.connectionId);
      const integrations = tx.get(IntegrationRepository);
      const integration = connection && (await integrations.find(connection.integrationId));
      if (!connection || !integration) return undefined;
      const secrets = (await integrations.listSecrets(integration.id)).map((secret) =>
        cipher.open({ integration: integration.id, secret: secret.id }, secret.sealed).toString('utf8'),
      );
      const sealed = await tx.get(TokenSetRepository).findSealed(connection.id, item.slot, item.generation);
      const { clientId, tokenEndpointAuthMethod } = integration;
      return {
        workspace,
        item,
        connection,
        provider: this.resolve(integration),
        clients: clientId === null ? [] : clientsWithSecrets(clientId, tokenEndpointAuthMethod, secrets),
        tokens: {
          refresh_token: open(cipher, item, 'refresh', sealed?.sealedRefreshToken ?? null),
          access_token: open(cipher, item, 'access', sealed?.sealedAccessToken ?? null),
        },
        hasNewerGrant: await connections.hasOtherGrant(connection),
      };
    });
  }

  private async tell(work: Work): Promise<Step> {
    const rules = work.provider?.revocation;
    if (!work.provider || !rules) return ended('unsupported', 'provider_has_no_revocation');
    if (work.clients.length === 0) return ended('failed', 'client_missing');
    if (rules.reach === 'user_grants' && work.hasNewerGrant)
      return ended('unsupported', 'would_revoke_another_grant');
    const ends: End[] = [];
    for (const kind of rules.tokens) {
      const step = await this.tellOf(work, work.provider, rules, kind);
      if (step === undefined) continue;
      if ('retry' in step) return step;
      // A refresh token that cannot be revoked is no reason to leave the access token alive.
      ends.push(step.end);
    }
    const end = (['failed', 'revoked', 'unsupported'] as const)
      .map((state) => ends.find((one) => one.state === state))
      .find((one) => one !== undefined);
    return end ? { end } : ended('unsupported', 'no_token');
  }

  /** Undefined where there is no such token. */
  private async tellOf(
    work: Work,
    { server, format, failures }: ResolvedProvider,
    rules: RevocationRules,
    kind: Kind,
  ): Promise<Step | undefined> {
    const { item, workspace } = work;
    const [first, ...rest] = work.clients;
    const opened = work.tokens[kind];
    const done = kind === 'refresh_token' ? item.refreshTokenRevokedAt : item.accessTokenRevokedAt;
    if (done) return ended('revoked');
    if (opened === 'unreadable') return ended('failed', `${kind}_unreadable`);
    if (opened === undefined || !first) return undefined;
    const wire = { fetch: this.outbound.asFetch({ deadlineMs }), now: () => new Date() };
    const asked = { server, format, rules, token: opened.token, tokenTypeHint: kind, wire };
    try {
      const raw = await trySecrets([first, ...rest], failures, (client) =>
        sendRevocation({ ...asked, client }),
      );
      const answer = interpretRevocation(rules, raw);
      if (answer.outcome === 'retry')
        return {
          retry: { error: answer.code, httpStatus: answer.httpStatus, afterMs: answer.retryAfterMs },
        };
      if (answer.outcome !== 'revoked') return ended(answer.outcome, answer.code, raw.status);
      await this.database.inWorkspace(workspace, (tx) =>
        tx.get(RevocationRepository).markRevoked(item.id, kind),
      );
      return ended('revoked');
    } catch (error) {
      const { code } = error as { code?: unknown };
      return { retry: { error: typeof code === 'string' ? code : 'request_failed', httpStatus: null } };
    }
  }

  private async settle({ workspace, item, connection }: Work, step: Step): Promise<void> {
    await this.database.inWorkspace(workspace, async (tx) => {
      const locked = await tx.get(ConnectionRepository).lock(connection.id);
      const revocations = tx.get(RevocationRepository);
      if ('retry' in step && item.attempts < mostAttempts) {
        const { error, httpStatus, afterMs: retryAfterMs } = step.retry;
        const inMs = backoffMs({
          failures: item.attempts,
          random: Math.random(),
          retryAfterMs,
          maxMs: longestWaitMs,
        });
        return revocations.retryItem(item, { inMs, error, httpStatus });
      }
      const end = 'end' in step ? step.end : { state: 'failed' as const, ...step.retry };
      await revocations.finishItem(item, end);
      if (locked) await this.finishing.finish(tx, item.revocationId, locked);
    });
  }

  private resolve(integration: Integration): ResolvedProvider | undefined {
    try {
      return this.catalogue.resolve(integration.provider, integration.settings);
    } catch (error) {
      if (error instanceof ProviderError) return undefined;
      throw error;
    }
  }
}

function open(
  cipher: WorkspaceCipher,
  { connectionId: connection, slot, generation }: RevocationItem,
  part: 'access' | 'refresh',
  sealed: Buffer | null,
): Opened {
  if (sealed === null) return undefined;
  try {
    return { token: cipher.open({ connection, slot, generation, part }, sealed).toString('utf8') };
  } catch (error) {
    if (error instanceof VaultError && error.code === 'tampered') return 'unreadable';
    throw error;
  }
}

function ended(state: End['state'], error: string | null = null, httpStatus: number | null = null): Step {
  return { end: { state, error, httpStatus } };
}
