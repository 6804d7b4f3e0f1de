import { hostname } from 'node:os';
import { Injectable } from '@nestjs/common';
import {
  clientsWithSecrets,
  effectiveRotation,
  refreshableStates,
  refreshTiming,
  type EffectiveRotation,
} from '#oauth';
import { ProviderCatalogue, ProviderError, type ResolvedProvider } from '#providers';
import {
  AttemptRepository,
  ConnectionRepository,
  Database,
  IntegrationRepository,
  newId,
  SlotRepository,
  TokenSetRepository,
  type Connection,
  type Integration,
  type IntegrationSecret,
  type RefreshAttempt,
  type SealedTokens,
  type Transaction,
} from '#storage';
import { Vault, type WorkspaceCipher } from '#vault';
import type { Attempt, RefreshEnd, RefreshTarget } from './attempt.js';

/** How often a paused integration is tried: it resumes by itself within a minute of the fix. */
export const probeEveryMs = 20_000;
const reusable: EffectiveRotation = { mode: 'none', graceMs: null, killsAccessToken: false };
const worker = `${hostname()}-${process.pid}`;

interface Rows {
  connection: Connection;
  integration: Integration;
  secrets: IntegrationSecret[];
  tokens: SealedTokens | undefined;
}

/** T1: takes the lease and writes the intent, committed before anything is sent. */
@Injectable()
export class AttemptsService {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly catalogue: ProviderCatalogue,
  ) {}

  /** The attempt, or why there is none. */
  async begin(target: RefreshTarget, trigger: string): Promise<Attempt | RefreshEnd> {
    const begunAt = performance.now();
    const cipher = await this.vault.cipherFor(target.workspace);
    return this.database.inWorkspace(target.workspace, async (tx) => {
      const rows = await load(tx, target);
      const provider = rows && this.resolve(rows.integration);
      if (!rows || !provider) return { outcome: 'refused' };
      const { integration } = rows;
      // As told, whoever asks.
      const throttledMs = await tx.get(AttemptRepository).throttledForMs(target.connection, target.slot);
      if (throttledMs > 0) return throttledEnd(throttledMs);
      const probes = integration.state === 'paused';
      if (probes && !(await tx.get(IntegrationRepository).claimProbe(integration.id, probeEveryMs)))
        return pausedEnd(integration);
      const base = describe(rows, provider, cipher);
      if (!base) return whyNot(tx, target);
      const id = newId('att');
      const fence = await tx.get(AttemptRepository).begin({
        id,
        connectionId: target.connection,
        slot: target.slot,
        generation: target.generation,
        worker,
        trigger,
        leaseMs: base.timing.leaseMs,
        deadlineMs: base.timing.deadlineMs,
        resolveAfterMs: base.timing.resolveAfterMs,
        permittedStates: refreshableStates,
        integrationState: probes ? 'paused' : 'active',
      });
      if (fence === undefined) return whyNot(tx, target);
      return { ...target, ...base, id, fence, begunAt, afterAmbiguity: false };
    });
  }

  /** T1 of the resolver: takes an open attempt over under a new fence. Undefined where it is not to be had. */
  async takeOver(
    workspace: string,
    attempt: RefreshAttempt,
    permittedStates: readonly string[],
  ): Promise<Attempt | undefined> {
    const begunAt = performance.now();
    const cipher = await this.vault.cipherFor(workspace);
    const { connectionId: connection, slot, baseGeneration: generation, id } = attempt;
    const target = { workspace, connection, slot, generation };
    return this.database.inWorkspace(workspace, async (tx) => {
      const rows = await load(tx, target);
      const provider = rows && this.resolve(rows.integration);
      const base = rows && provider && describe(rows, provider, cipher);
      if (!base || !permittedStates.includes(base.connectionRow.state)) return undefined;
      const fence = await tx.get(AttemptRepository).takeOver(attempt, worker, base.timing.leaseMs);
      if (fence === undefined) return undefined;
      // Somebody else's turn only where this one dies.
      await tx
        .get(AttemptRepository)
        .leaveOpen(id, { state: attempt.state, resolveInMs: base.timing.leaseMs });
      return { ...target, ...base, id, fence, begunAt, afterAmbiguity: true };
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

async function load(tx: Transaction, target: RefreshTarget): Promise<Rows | undefined> {
  // Locked: a revocation either comes before, and is seen, or after, and moves the fence.
  const connection = await tx.get(ConnectionRepository).lock(target.connection);
  const integrations = tx.get(IntegrationRepository);
  const integration = connection && (await integrations.find(connection.integrationId));
  if (!integration) return undefined;
  const tokens = await tx
    .get(TokenSetRepository)
    .findSealed(target.connection, target.slot, target.generation);
  return { connection, integration, secrets: await integrations.listSecrets(integration.id), tokens };
}

type Description = Omit<Attempt, keyof RefreshTarget | 'id' | 'fence' | 'begunAt' | 'afterAmbiguity'>;

/** Undefined where there is nothing to renew with. */
function describe(
  { connection, integration, secrets, tokens }: Rows,
  provider: ResolvedProvider,
  cipher: WorkspaceCipher,
): Description | undefined {
  const { id, clientId, tokenEndpointAuthMethod: method } = integration;
  const opened = secrets.map((secret) =>
    cipher.open({ integration: id, secret: secret.id }, secret.sealed).toString('utf8'),
  );
  const [first, ...rest] = clientId === null ? [] : clientsWithSecrets(clientId, method, opened);
  const ownAuthority = connection.grantType === 'client_credentials';
  const sealed = tokens?.sealedRefreshToken;
  if (!first || !tokens || (!ownAuthority && !sealed)) return undefined;
  const { generation } = tokens;
  const rotation = ownAuthority ? reusable : effectiveRotation(provider.rotation);
  return {
    connectionRow: connection,
    integration,
    provider,
    rotation,
    timing: refreshTiming(rotation),
    clients: [first, ...rest],
    cipher,
    refreshToken: sealed
      ? cipher
          .open({ connection: connection.id, slot: tokens.slot, generation, part: 'refresh' }, sealed)
          .toString('utf8')
      : undefined,
    accessToken: {
      sealed: tokens.sealedAccessToken,
      remainingMs: tokens.remainingMs,
      lifetimeMs: tokens.lifetimeMs,
    },
  };
}

async function whyNot(tx: Transaction, target: RefreshTarget): Promise<RefreshEnd> {
  const slot = await tx.get(SlotRepository).find(target.connection, target.slot);
  if (slot && slot.generation !== target.generation) return { outcome: 'superseded' };
  if (slot?.openAttemptId) return { outcome: 'busy' };
  return { outcome: 'refused' };
}

function throttledEnd(retryAfterMs: number): RefreshEnd {
  return { outcome: 'failed', failureClass: 'THROTTLED', errorCode: 'throttled', retryAfterMs };
}

function pausedEnd({ pausedReason }: Integration): RefreshEnd {
  return { outcome: 'refused', failureClass: 'CLIENT_CONFIG', errorCode: pausedReason ?? undefined };
}
