import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createService } from '#platform';
import { ApiClient } from '#testing';
import type { ConnectFixture } from '../auth-flow/connect-sessions/connect.fixture.js';
import { RevocationAuditConfig } from './revocation-audit.config.js';
import { RevocationAuditModule } from './revocation-audit.module.js';

/** One replica, beside the auth-flow and the sandbox of `fixture`. */
export async function startRevocationAudit(
  fixture: ConnectFixture,
  settings: Record<string, string> = {},
): Promise<{ service: NestFastifyApplication; api: ApiClient }> {
  const { folder, database, redis, sandbox } = fixture;
  const config = new RevocationAuditConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
    PUBLIC_URL: fixture.api.origin,
    REVOCATION_AUDIT_DATABASE_URL: database.urlOf('revocation-audit'),
    REDIS_URL: redis.url,
    VAULT_KEY_FILE: join(folder, 'keys.json'),
    ASSERTION_JWKS_FILE: join(folder, 'assertion.jwks.json'),
    OUTBOUND_SANDBOX_ORIGIN: sandbox.url,
    ...settings,
  });
  const module = RevocationAuditModule.with(config);
  const service = await createService({ service: 'revocation-audit', module, config });
  await service.listen(0, '127.0.0.1');
  return { service, api: new ApiClient(await service.getUrl()).as(fixture.apiKey) };
}
