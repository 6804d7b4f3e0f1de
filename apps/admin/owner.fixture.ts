import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Body, Controller, Get, Header, HttpCode, Module, Param, Patch, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { Approvals } from '#composition';
import {
  BodyLimit,
  configClass,
  createService,
  CurrentCaller,
  DenialRecorder,
  KeyDirectory,
  lookupBodyLimit,
  Problem,
  requestId,
  RequirePermission,
  serviceSettings,
  setting,
  type Caller,
} from '#platform';
import {
  ApiKeyDirectory,
  ApprovalRepository,
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

/** Of a page with a style of its own. */
export const reportPolicy = "default-src 'none'; style-src 'nonce-x'";

const revocation = z.strictObject({ connection: z.string(), reason: z.string() });
const approval = z.strictObject({ content_hash: z.string() });
const lookup = z.strictObject({ tokens: z.array(z.string()) });
const change = z.strictObject({ paused: z.boolean() });

/** As much of the owning services as admin asks: real access, real transitions, a real audit log. */
@Controller('v1')
class OwnerController {
  constructor(private readonly database: Database) {}

  @Post('revocations')
  @RequirePermission('connections:revoke')
  async revoke(
    @CurrentCaller() caller: Caller,
    @Body({ schema: revocation }) body: z.infer<typeof revocation>,
  ): Promise<object> {
    await this.apply(caller, body.connection, 'revoked', body.reason);
    return { id: 'rev_1', state: 'pending' };
  }

  @Get('revocations/:id/report')
  @RequirePermission('connections:read')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', reportPolicy)
  report(): string {
    return '<!doctype html><title>A report</title>';
  }

  @Post('revocations/:id/approve')
  @RequirePermission('approvals:decide', { freshSignIn: true })
  async start(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body({ schema: approval }) body: z.infer<typeof approval>,
  ): Promise<object> {
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const given = await tx.get(ApprovalRepository).list('approved', 200);
      const own = given.find(
        ({ subject, contentHash }) => subject.id === id && contentHash === body.content_hash,
      );
      if (!own) throw new Problem('revocation-not-found', `There is no revocation ${id}.`);
      await new Approvals().use(tx, caller, own.id, own);
      return { id, state: 'running' };
    });
  }

  @Post('token-lookups')
  @HttpCode(200)
  @RequirePermission('tokens:lookup')
  @BodyLimit(lookupBodyLimit)
  lookUp(@Body({ schema: lookup }) { tokens }: z.infer<typeof lookup>): object {
    return { count: tokens.length };
  }

  @Patch('connections/:id')
  @RequirePermission('connections:write')
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
