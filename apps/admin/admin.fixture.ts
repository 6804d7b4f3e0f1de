import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Body, Controller, Module, Param, Patch, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import {
  configClass,
  createService,
  CurrentCaller,
  DenialRecorder,
  KeyDirectory,
  Problem,
  requestId,
  RequireScope,
  serviceSettings,
  setting,
  type Caller,
} from '#platform';
import {
  ApiKeyDirectory,
  applyTransition,
  AuditEntry,
  Connection,
  ConnectionRepository,
  Database,
  DenialLog,
  Integration,
  StorageModule,
} from '#storage';
import type { TestDatabase } from '#testing';

/** Files with a fresh assertion key: the private one is admin's. */
export function assertionKeyFiles(): { privateFile: string; publicFile: string } {
  const folder = mkdtempSync(join(tmpdir(), 'evergrant-admin-'));
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const privateFile = join(folder, 'key.json');
  const publicFile = join(folder, 'jwks.json');
  writeFileSync(privateFile, JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'k1' }));
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'EdDSA', use: 'sig' };
  writeFileSync(publicFile, JSON.stringify({ keys: [jwk] }));
  return { privateFile, publicFile };
}

const revocation = z.strictObject({ connection: z.string(), reason: z.string() });
const change = z.strictObject({ paused: z.boolean() });

/** As much of the owning services as admin asks: real access, real transitions, a real audit log. */
@Controller('v1')
class OwnerController {
  constructor(private readonly database: Database) {}

  @Post('revocations')
  @RequireScope('connections:revoke')
  async revoke(
    @CurrentCaller() caller: Caller,
    @Body({ schema: revocation }) body: z.infer<typeof revocation>,
  ): Promise<object> {
    await this.apply(caller, body.connection, 'revoked', body.reason);
    return { id: 'rev_1', state: 'pending' };
  }

  @Patch('connections/:id')
  @RequireScope('connections:write')
  async change(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body({ schema: change }) body: z.infer<typeof change>,
  ): Promise<object> {
    await this.apply(caller, id, body.paused ? 'paused' : 'resumed', 'asked');
    return {};
  }

  private async apply(
    { workspace, actor }: Caller,
    id: string,
    trigger: 'revoked' | 'paused' | 'resumed',
    detail: string,
  ): Promise<void> {
    await this.database.inWorkspace(workspace, async (tx) => {
      const connection = await tx.get(ConnectionRepository).lock(id);
      if (!connection) throw new Problem('connection-not-found', `There is no connection ${id}.`);
      const reason = { code: trigger, detail };
      const step = await applyTransition(tx, connection, trigger, { actor, reason, requestId: requestId() });
      if (!step.ok || !step.changed)
        throw new Problem('connection-revoked', 'It was revoked before.', {
          members: { revocation: 'rev_0' },
        });
    });
  }
}

class OwnerConfig extends configClass('owner', {
  ...serviceSettings,
  DATABASE_URL: setting.postgresUrl(),
  ASSERTION_JWKS_FILE: setting.file(),
}) {}

/** Starts a stand-in for an owning service and answers its origin. */
export async function startOwner(
  service: 'auth-flow' | 'revocation-audit',
  database: TestDatabase,
  publicFile: string,
): Promise<{ app: NestFastifyApplication; url: string }> {
  const config = new OwnerConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: database.urlOf(service),
    ASSERTION_JWKS_FILE: publicFile,
  });
  @Module({
    imports: [
      StorageModule.forRoot({
        url: config.DATABASE_URL,
        applicationName: service,
        entities: [AuditEntry, Connection, Integration],
        poolSize: 2,
      }),
    ],
    controllers: [OwnerController],
    providers: [
      { provide: KeyDirectory, useClass: ApiKeyDirectory },
      { provide: DenialRecorder, useClass: DenialLog },
    ],
  })
  class OwnerModule {}
  const app = await createService({ service, module: OwnerModule, config });
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl() };
}

/** A workspace with two integrations, connections in several states, and a key for each name given. */
export async function seedWorkspace(database: TestDatabase, keys: Record<string, string[]>): Promise<void> {
  await database.query(`INSERT INTO workspace (id, name) VALUES ('wsp_1', 'One'), ('wsp_2', 'Two')`);
  for (const [key, [workspace, id, ...scopes]] of Object.entries(keys))
    await database.query(
      `INSERT INTO api_key (workspace_id, id, name, prefix, key_hash, scopes) VALUES ($1, $2, $3, 'evg_', $4, $5)`,
      [workspace, id, `name of ${id}`, createHash('sha256').update(key).digest(), scopes],
    );
  await database.query(
    `INSERT INTO integration (workspace_id, id, provider, name, state, token_endpoint_auth_method, scopes, return_urls,
       refresh_policy, confirmation, settings)
     SELECT 'wsp_1', id, provider, name, 'active', 'client_secret_basic', '{}', '{}', 'ahead', true, '{}'
     FROM (VALUES ('int_1', 'sandbox', 'First'), ('int_2', 'google', 'Second')) AS i (id, provider, name)`,
  );
  const connections = [
    ['con_1', 'int_1', 'sandbox', 'ada', 'active'],
    ['con_2', 'int_1', 'sandbox', 'bob', 'active'],
    ['con_3', 'int_2', 'google', 'ada', 'needs_reauthorization'],
    ['con_4', 'int_2', 'google', 'eve', 'active'],
  ];
  for (const [id, integration, provider, user, state] of connections) {
    await database.query(
      `INSERT INTO connection (workspace_id, id, integration_id, provider, grant_type, end_user_id, end_user_name, state,
         scopes_requested, scopes_granted, resource)
       VALUES ('wsp_1', $1, $2, $3, 'authorization_code', $4, 'Person 100%', $5, '{read,write}', $6, '{}')`,
      [id, integration, provider, user, state, id === 'con_4' ? ['read', 'write'] : ['read']],
    );
    await database.query(
      `INSERT INTO connection_slot (workspace_id, connection_id, slot, id, generation, expires_at, refresh_due_at)
       VALUES ('wsp_1', $1, 'default', 'slt_' || $1, 2, now() + interval '1 hour', now() - interval '1 minute')`,
      [id],
    );
  }
  await database.query(
    `INSERT INTO connection_usage VALUES ('wsp_1', 'con_1', 3, now() + interval '1 minute')`,
  );
}
