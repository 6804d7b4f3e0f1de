import { Injectable } from '@nestjs/common';
import {
  clientsWithSecrets,
  decodeRawAnswer,
  interpretRevocation,
  interpretTokenAnswer,
  sendRevocation,
  type OAuthClient,
  type TokenAnswer,
} from '#oauth';
import { OutboundClient } from '#outbound';
import { ProviderCatalogue, type ResolvedProvider } from '#providers';
import {
  AttemptRepository,
  AuditRepository,
  ConnectionRepository,
  Database,
  IntegrationRepository,
  LandingRepository,
  type Connection,
  type RefreshAttempt,
} from '#storage';
import { Vault } from '#vault';
import { workerActor } from '../refreshing/promotions.service.js';

const deadlineMs = 10_000;
const againMs = 30_000;

interface Owner {
  connection: Connection | null;
  provider: ResolvedProvider | undefined;
  client: OAuthClient | undefined;
}

/**
 * Answers that found their place taken. Those of a revoked connection are revoked at the provider, unless that would
 * reach grants that the user made since; the others are kept, marked, and never used.
 */
@Injectable()
export class OrphansService {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly catalogue: ProviderCatalogue,
    private readonly outbound: OutboundClient,
  ) {}

  async settle(workspace: string, attempt: RefreshAttempt, sealed: Buffer): Promise<string> {
    const owner = await this.ownerOf(workspace, attempt);
    const { connection, provider } = owner;
    const ended = connection?.state === 'revoking' || connection?.state === 'revoked';
    const answer = await this.tokensIn(workspace, attempt, sealed, provider);
    if (!ended || !answer || !provider?.revocation || provider.revocation.reach === 'user_grants')
      return this.close(workspace, attempt, 'kept');
    if (await this.revoke(owner, answer)) return this.close(workspace, attempt, 'revoked');
    await this.database.inWorkspace(workspace, (tx) =>
      tx.get(AttemptRepository).leaveOpen(attempt.id, { state: 'orphaned', resolveInMs: againMs }),
    );
    return 'orphan-waits';
  }

  /** False where the provider has to be asked again. */
  private async revoke({ provider, client }: Owner, answer: TokenAnswer): Promise<boolean> {
    if (!provider?.revocation || !client) return true;
    const { server, format, revocation: rules } = provider;
    const [{ refreshToken, accessToken }] = answer.tokens;
    const token = refreshToken ?? accessToken;
    const tokenTypeHint = refreshToken === undefined ? 'access_token' : 'refresh_token';
    const wire = { fetch: this.outbound.asFetch({ deadlineMs }), now: () => new Date() };
    const raw = await sendRevocation({ server, client, format, rules, token, tokenTypeHint, wire });
    return interpretRevocation(rules, raw).outcome !== 'retry';
  }

  private async tokensIn(
    workspace: string,
    { id, slot }: RefreshAttempt,
    sealed: Buffer,
    provider: ResolvedProvider | undefined,
  ): Promise<TokenAnswer | undefined> {
    if (!provider) return undefined;
    const cipher = await this.vault.cipherFor(workspace);
    const raw = decodeRawAnswer(cipher.open({ attempt: id }, sealed));
    const read = interpretTokenAnswer({ tokens: provider.tokens, failures: provider.failures, raw, slot });
    return read.kind === 'tokens' ? read.answer : undefined;
  }

  private async ownerOf(workspace: string, { connectionId }: RefreshAttempt): Promise<Owner> {
    const cipher = await this.vault.cipherFor(workspace);
    return this.database.inWorkspace(workspace, async (tx) => {
      const connection = await tx.get(ConnectionRepository).find(connectionId);
      const integrations = tx.get(IntegrationRepository);
      const integration = connection && (await integrations.find(connection.integrationId));
      if (!integration || integration.clientId === null)
        return { connection, provider: undefined, client: undefined };
      const secrets = (await integrations.listSecrets(integration.id)).map((secret) =>
        cipher.open({ integration: integration.id, secret: secret.id }, secret.sealed).toString('utf8'),
      );
      const [client] = clientsWithSecrets(integration.clientId, integration.tokenEndpointAuthMethod, secrets);
      const known = this.catalogue.find(integration.provider) !== undefined;
      const provider = known ? this.catalogue.resolve(integration.provider, integration.settings) : undefined;
      return { connection, provider, client };
    });
  }

  private async close(workspace: string, attempt: RefreshAttempt, what: 'kept' | 'revoked'): Promise<string> {
    await this.database.inWorkspace(workspace, async (tx) => {
      if (what === 'revoked') await tx.get(LandingRepository).delete(attempt.id);
      else await tx.get(LandingRepository).mark(attempt.id, 'orphaned');
      await tx.get(AttemptRepository).close(attempt.id, { state: 'orphaned' });
      await tx.get(AuditRepository).append({
        actor: workerActor,
        action: `token.orphan_${what}`,
        subject: { type: 'connection', id: attempt.connectionId },
        detail: { attempt: attempt.id, slot: attempt.slot },
      });
    });
    return `orphan-${what}`;
  }
}
