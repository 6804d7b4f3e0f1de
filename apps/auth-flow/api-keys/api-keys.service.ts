import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { mayUse, Problem, requestId, type Caller, type Scope } from '#platform';
import { ApiKeyRepository, AuditRepository, Database, newId, type ApiKey, type Transaction } from '#storage';
import type { CreateApiKey, UpdateApiKey } from './api-key.dto.js';

const shownPrefix = 12;

/** API keys: 256 bits, shown once, stored as SHA-256. */
@Injectable()
export class ApiKeysService {
  constructor(private readonly database: Database) {}

  async create(caller: Caller, wish: CreateApiKey): Promise<{ apiKey: ApiKey; key: string }> {
    refuseEscalation(caller, wish.scopes);
    const id = newId('key');
    const key = `evg_${randomBytes(32).toString('base64url')}`;
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      await tx.get(ApiKeyRepository).insert({
        id,
        name: wish.name,
        prefix: key.slice(0, shownPrefix),
        keyHash: createHash('sha256').update(key).digest(),
        scopes: wish.scopes,
        expiresAt: wish.expires_at ?? null,
      });
      await audit(tx, caller, 'api_key.created', id, { name: wish.name, scopes: wish.scopes });
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

  async update(caller: Caller, id: string, change: UpdateApiKey): Promise<ApiKey> {
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const before = await found(tx, id);
      refuseEscalation(caller, before.scopes as Scope[]);
      if (before.revokedAt) throw new Problem('conflict', `The key ${id} is revoked.`);
      await tx.get(ApiKeyRepository).update(id, {
        name: change.name ?? before.name,
        expiresAt: change.expires_at ?? before.expiresAt,
      });
      await audit(tx, caller, 'api_key.updated', id, { fields: Object.keys(change) });
      return found(tx, id);
    });
  }

  /** It stops working at once. Revoking one again changes nothing. */
  async revoke(caller: Caller, id: string): Promise<void> {
    await this.database.inWorkspace(caller.workspace, async (tx) => {
      await found(tx, id);
      if (await tx.get(ApiKeyRepository).revoke(id)) await audit(tx, caller, 'api_key.revoked', id, {});
    });
  }
}

/** Nobody hands out, or prolongs, rights that they do not have. */
function refuseEscalation(caller: Caller, scopes: readonly Scope[]): void {
  const beyond = scopes.filter((scope) => !mayUse(caller, scope));
  if (beyond.length > 0)
    throw new Problem('insufficient-scope', `Your own key lacks ${beyond.join(', ')}.`, {
      errors: [{ pointer: '/scopes', detail: `beyond your own: ${beyond.join(', ')}` }],
    });
}

async function found(tx: Transaction, id: string): Promise<ApiKey> {
  const key = await tx.get(ApiKeyRepository).find(id);
  if (!key) throw new Problem('api-key-not-found', `There is no API key ${id} in this workspace.`);
  return key;
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
