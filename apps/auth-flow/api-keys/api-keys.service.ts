import { Injectable } from '@nestjs/common';
import { checkIfMatch, Problem, requestId, type Caller } from '#platform';
import { ApiKeyRepository, AuditRepository, Database, newId, type ApiKey, type Transaction } from '#storage';
import type { CreateApiKey, RotateApiKey, UpdateApiKey } from './api-key.dto.js';
import { refuseReachBeyond, refuseScopesBeyond } from './key-reach.js';
import { newApiKey } from './new-api-key.js';

export interface ShownApiKey {
  apiKey: ApiKey;
  /** Shown this once. */
  key: string;
}

/** API keys: 256 bits, shown once, stored as SHA-256. */
@Injectable()
export class ApiKeysService {
  constructor(private readonly database: Database) {}

  async create(caller: Caller, wish: CreateApiKey): Promise<ShownApiKey> {
    const { name, scopes } = wish;
    if (wish.workspace !== undefined && wish.workspace !== caller.workspace)
      throw new Problem('workspace-not-found', `There is no workspace ${wish.workspace} that is yours.`);
    const reach = { expiresAt: wish.expires_at ?? null, allowedAddresses: wish.allowed_addresses ?? null };
    refuseScopesBeyond(caller, scopes);
    refuseReachBeyond(caller, reach);
    const id = newId('key');
    const { key, stored } = newApiKey();
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const personId = caller.person ?? null;
      await tx.get(ApiKeyRepository).insert({ id, name, scopes, personId, ...stored, ...reach });
      await audit(tx, caller, 'api_key.created', id, {
        name,
        scopes,
        expires_at: reach.expiresAt,
        allowed_addresses: reach.allowedAddresses,
      });
      return { apiKey: await found(tx, id), key };
    });
  }

  /** One more than `limit`, where there is one. */
  async list({ workspace }: Caller, limit: number, after?: string): Promise<ApiKey[]> {
    return this.database.inWorkspace(workspace, (tx) => tx.get(ApiKeyRepository).list(limit + 1, after));
  }

  async find({ workspace }: Caller, id: string): Promise<ApiKey> {
    return this.database.inWorkspace(workspace, (tx) => found(tx, id));
  }

  async update(
    caller: Caller,
    id: string,
    change: UpdateApiKey,
    ifMatch: string | undefined,
  ): Promise<ApiKey> {
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const key = await usable(tx, caller, id);
      checkIfMatch(ifMatch, key.version);
      const { name = key.name, expires_at: expiresAt = key.expiresAt } = change;
      const { allowed_addresses: allowedAddresses = key.allowedAddresses } = change;
      if (change.expires_at !== undefined || change.allowed_addresses !== undefined)
        refuseReachBeyond(caller, { expiresAt, allowedAddresses });
      await tx.get(ApiKeyRepository).update({ ...key, name, expiresAt, allowedAddresses });
      await audit(tx, caller, 'api_key.updated', id, { fields: Object.keys(change), ...change });
      return found(tx, id);
    });
  }

  /** Another key in its place. Whoever gets it reaches as far as it does, so it is as if they made it. */
  async rotate(caller: Caller, id: string, wish: RotateApiKey): Promise<ShownApiKey> {
    const { key, stored } = newApiKey();
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const before = await usable(tx, caller, id);
      refuseReachBeyond(caller, before);
      if (before.expiresAt && before.expiresAt <= new Date())
        throw new Problem('conflict', `The key ${id} has expired.`);
      const until = before.previousExpiresAt;
      if (until && until > new Date() && !wish.replace_previous)
        throw new Problem(
          'rotation-overlaps',
          `It works until ${until.toISOString()}; send replace_previous to end it now.`,
        );
      const personId = caller.person ?? null;
      await tx.get(ApiKeyRepository).rotate(id, { ...stored, personId }, wish.overlap_seconds);
      await audit(tx, caller, 'api_key.rotated', id, { ...wish });
      return { apiKey: await found(tx, id), key };
    });
  }

  /** It stops working at once. Revoking one again changes nothing. */
  async revoke(caller: Caller, id: string, ifMatch: string | undefined): Promise<void> {
    await this.database.inWorkspace(caller.workspace, async (tx) => {
      const key = await locked(tx, id);
      if (id !== caller.actor.id) refuseScopesBeyond(caller, key.scopes);
      checkIfMatch(ifMatch, key.version);
      if (await tx.get(ApiKeyRepository).revoke(id)) await audit(tx, caller, 'api_key.revoked', id, {});
    });
  }
}

/** A key that this caller may change, locked. */
async function usable(tx: Transaction, caller: Caller, id: string): Promise<ApiKey> {
  const key = await locked(tx, id);
  refuseScopesBeyond(caller, key.scopes);
  if (key.revokedAt) throw new Problem('conflict', `The key ${id} is revoked.`);
  return key;
}

async function locked(tx: Transaction, id: string): Promise<ApiKey> {
  return (await tx.get(ApiKeyRepository).lock(id)) ?? raise(id);
}

async function found(tx: Transaction, id: string): Promise<ApiKey> {
  return (await tx.get(ApiKeyRepository).find(id)) ?? raise(id);
}

function raise(id: string): never {
  throw new Problem('api-key-not-found', `There is no API key ${id} in this workspace.`);
}

async function audit(
  tx: Transaction,
  { actor }: Caller,
  action: string,
  id: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await tx
    .get(AuditRepository)
    .append({ actor, action, subject: { type: 'api_key', id }, detail, requestId: requestId() });
}
