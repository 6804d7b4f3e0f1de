import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ApiClient } from '#testing';
import { ConnectFixture } from '../auth-flow/connect-sessions/connect.fixture.js';
import { WorkloadIssuer } from '../auth-flow/workload-identities/issuer.fixture.js';
import { startRevocationAudit } from './revocation-audit.fixture.js';

let fixture: ConnectFixture;
let issuer: WorkloadIssuer;
let service: NestFastifyApplication;
let authFlow: ApiClient;
let api: ApiClient;

beforeAll(async () => {
  fixture = await ConnectFixture.start();
  issuer = await WorkloadIssuer.start();
  const settings = { OUTBOUND_SANDBOX_ORIGIN: issuer.url };
  authFlow = await fixture.replica(settings);
  ({ service, api } = await startRevocationAudit(fixture, settings));
}, 30_000);

afterAll(async () => {
  await service.close();
  await fixture.stop();
  await issuer.stop();
});

it('a workload is let in by both services with one token, until its identity is deleted', async () => {
  const { body } = await authFlow.post<{ id: string; audience: string }>('/v1/workload-identities', {
    name: 'auditor',
    issuer: issuer.url,
    claims: { sub: 'repo:acme/shop:*' },
    scopes: ['audit:read', 'events:read'],
  });
  const token = await issuer.token(body.audience);
  const statuses = async () => [
    (await authFlow.as(token).get('/v1/events')).status,
    (await api.as(token).get('/v1/audit/entries')).status,
    (await api.as(token).post('/v1/revocations', { connection: 'con_x', reason: 'x' })).status,
  ];
  expect(await statuses()).toEqual([200, 200, 403]);
  await authFlow.delete(`/v1/workload-identities/${body.id}`);
  expect(await statuses()).toEqual([401, 401, 401]);
});
