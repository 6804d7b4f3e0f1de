import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { OutboundClient } from '#outbound';
import { GithubKeysService } from './github-keys.service.js';

let server: Server;
let outbound: OutboundClient;
let keys: GithubKeysService;
let asked = 0;
let status = 200;
let published: string[] = [];
let elapsedMs = 0;

const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
  type: 'spki',
  format: 'pem',
});

beforeAll(async () => {
  Logger.overrideLogger(false);
  server = createServer((_, reply) => {
    asked += 1;
    reply.writeHead(status);
    reply.end(JSON.stringify({ public_keys: published.map((id) => ({ key_identifier: id, key: pem })) }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
beforeEach(() => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  outbound = new OutboundClient({ production: false, sandboxOrigin: url });
  keys = new GithubKeysService(outbound, { GITHUB_LEAK_KEYS_URL: `${url}/keys` } as never);
  [asked, status, published, elapsedMs] = [0, 200, ['a'], 0];
  const begun = performance.now();
  jest.spyOn(performance, 'now').mockImplementation(() => begun + elapsedMs);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await outbound.close();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('asks once for all who ask at once, and not again for what it has', async () => {
  await Promise.all([keys.find('a'), keys.find('a'), keys.find('b')]);
  expect(await keys.find('a')).toMatchObject({ type: 'public' });
  expect(asked).toBe(1);
});

it('asks for an unknown key again after half a minute, not before', async () => {
  expect(await keys.find('b')).toBeUndefined();
  published = ['a', 'b'];
  elapsedMs = 29_000;
  expect(await keys.find('b')).toBeUndefined();
  elapsedMs = 31_000;
  expect(await keys.find('b')).toMatchObject({ type: 'public' });
  expect(asked).toBe(2);
});

it('forgets within the hour what GitHub withdrew', async () => {
  await keys.find('a');
  published = ['b'];
  elapsedMs = 3_601_000;
  expect(await keys.find('a')).toBeUndefined();
});

it('goes on with the keys it has while GitHub is away', async () => {
  await keys.find('a');
  status = 503;
  elapsedMs = 3_601_000;
  expect(await keys.find('a')).toMatchObject({ type: 'public' });
  expect(asked).toBe(2);
});

it('says that it cannot tell while it never had any, and recovers', async () => {
  status = 503;
  await expect(keys.find('a')).rejects.toMatchObject({ slug: 'service-unavailable' });
  status = 200;
  await expect(keys.find('a')).rejects.toMatchObject({ slug: 'service-unavailable' });
  elapsedMs = 31_000;
  expect(await keys.find('a')).toMatchObject({ type: 'public' });
});
