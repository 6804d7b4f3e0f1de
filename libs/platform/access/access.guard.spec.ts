import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { exportJWK, generateKeyPair } from 'jose';
import {
  AssertionSigner,
  configClass,
  createService,
  DenialRecorder,
  KeyDirectory,
  Problem,
  RequirePermission,
  serviceSettings,
  setting,
  WorkloadDirectory,
  type FoundApiKey,
} from '../index.js';

@Controller('v1/notes')
class NotesController {
  @Get()
  @RequirePermission('connections:read')
  list() {
    return [];
  }

  @Get('report')
  @RequirePermission('audit:read', { quota: 'reports' })
  report() {
    return [];
  }
}

const keyOf = (name: string) => `evg_${name.padEnd(43, '0')}`;
const found: Record<string, Partial<FoundApiKey>> = {
  reader: {},
  auditor: { scopes: ['audit:read'] },
  bound: { allowedAddresses: ['203.0.113.0/24'] },
};

class Keys extends KeyDirectory {
  async find(hash: Buffer): Promise<FoundApiKey | undefined> {
    const name = Object.keys(found).find((one) =>
      createHash('sha256').update(keyOf(one)).digest().equals(hash),
    );
    const key = { id: `key_${name}`, name: 'test', workspace: 'wsp_1', scopes: ['connections:read'] };
    return name === undefined ? undefined : { ...key, ...found[name] };
  }
}

/** Of an issuer that cannot be asked. */
class Workloads extends WorkloadDirectory {
  async find(): Promise<undefined> {
    throw new Problem('service-unavailable', 'The keys cannot be had.');
  }
}

class Denials extends DenialRecorder {
  record(): void {}
}

class NotesConfig extends configClass('notes', {
  ...serviceSettings,
  ASSERTION_JWKS_FILE: setting.file().optional(),
}) {}

@Module({
  controllers: [NotesController],
  providers: [
    { provide: KeyDirectory, useClass: Keys },
    { provide: WorkloadDirectory, useClass: Workloads },
    { provide: DenialRecorder, useClass: Denials },
  ],
})
class NotesModule {}

describe('what a request uses up', () => {
  let app: NestFastifyApplication;

  async function start(settings: Record<string, string>): Promise<void> {
    const config = new NotesConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', ...settings });
    app = await createService({ service: 'notes', module: NotesModule, config });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  }

  afterEach(() => app.close());

  async function statuses(times: number, credential: string, address = '203.0.113.1', url = '/v1/notes') {
    const answers: number[] = [];
    for (let i = 0; i < times; i++) {
      const headers = { authorization: `Bearer ${credential}`, 'x-forwarded-for': address };
      answers.push((await app.inject({ method: 'GET', url, headers })).statusCode);
    }
    return answers;
  }

  it('is none of the workspace’s quota where the permission is lacking', async () => {
    await start({ QUOTA_REPORTS: '1' });
    expect(await statuses(3, keyOf('reader'), '203.0.113.1', '/v1/notes/report')).toEqual([403, 403, 403]);
    expect(await statuses(2, keyOf('auditor'), '203.0.113.1', '/v1/notes/report')).toEqual([200, 429]);
  });

  it('is nothing of a key’s owner where the key comes from elsewhere, and is limited all the same', async () => {
    await start({ RATE_LIMIT_PER_KEY: '2' });
    expect(await statuses(3, keyOf('bound'), '198.51.100.1')).toEqual([403, 403, 429]);
    expect(await statuses(3, keyOf('bound'))).toEqual([200, 200, 429]);
  });

  it('is nothing of the workspace’s where the key or the address is over its own limit', async () => {
    await start({ RATE_LIMIT_PER_KEY: '1', RATE_LIMIT_PER_WORKSPACE: '2' });
    expect(await statuses(5, keyOf('reader'))).toEqual([200, 429, 429, 429, 429]);
    expect(await statuses(1, keyOf('auditor'), '203.0.113.1', '/v1/notes/report')).toEqual([200]);
  });

  it('is its IPv6 network’s, whichever address of it is used', async () => {
    await start({ RATE_LIMIT_DENIED_PER_ADDRESS: '2' });
    const answers = [];
    for (const host of [1, 2, 3, 4])
      answers.push(...(await statuses(1, keyOf('nobody'), `2001:db8:0:1:${host}::1`)));
    expect(answers).toEqual([401, 401, 401, 429]);
    expect(await statuses(1, keyOf('reader'), '2001:db8:0:2::1')).toEqual([200]);
  });

  it('is limited by address while nobody can say whose credential it is', async () => {
    await start({ RATE_LIMIT_PER_ADDRESS: '2' });
    expect(await statuses(3, 'a.b.c')).toEqual([503, 503, 429]);
    expect(await statuses(1, keyOf('reader'))).toEqual([429]);
  });

  it('is a person’s own where another service of ours carries it: they share its address', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'guard-'));
    const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const shown = { ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'EdDSA' };
    writeFileSync(join(folder, 'set.json'), JSON.stringify({ keys: [shown] }));
    writeFileSync(
      join(folder, 'key.json'),
      JSON.stringify({ ...(await exportJWK(pair.privateKey)), kid: 'k', alg: 'EdDSA' }),
    );
    await start({ RATE_LIMIT_PER_ADDRESS: '2', ASSERTION_JWKS_FILE: join(folder, 'set.json') });
    const signer = await AssertionSigner.fromFile(join(folder, 'key.json'), 'admin');
    const assertionOf = (id: string) =>
      signer.sign({
        audience: 'notes',
        workspace: 'wsp_1',
        role: 'viewer',
        actor: { id },
        authenticatedAt: new Date(),
        request: { method: 'GET', path: '/v1/notes' },
      });
    expect(await statuses(3, await assertionOf('usr_1'))).toEqual([200, 200, 429]);
    expect(await statuses(1, await assertionOf('usr_2'))).toEqual([200]);
  });
});
