import { readFileSync } from 'node:fs';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { RunningSandbox } from './testing/running-sandbox.js';
import { SandboxClient } from './testing/sandbox-client.js';
import { ScriptedBrowser } from './testing/scripted-browser.js';

describe('restart', () => {
  it('keeps keys, sessions, consents, grants, tokens, personas, faults and the ledger', async () => {
    const own = await RunningSandbox.start();
    try {
      await own.control('PUT', '/personas/mine', { access_token_ttl_seconds: 77 });
      await own.control('PUT', '/faults/mine', { endpoint: 'jwks', kind: 'error', status: 500, times: 1 });
      const one = await SandboxClient.register(own.origin, { persona: 'mine' });
      const browser = new ScriptedBrowser(own.origin);
      const first = await one.connect({ browser });
      const spent = await one.refresh(first.body.refresh_token);
      await own.restart();
      expect((await fetch(`${own.origin}/jwks`)).status).toBe(500);
      const keys = (await (await fetch(`${own.origin}/jwks`)).json()) as Parameters<
        typeof createLocalJWKSet
      >[0];
      await jwtVerify(first.body.id_token, createLocalJWKSet(keys));
      expect(await one.introspect(spent.body.access_token)).toMatchObject({ active: true });
      expect((await one.authorize({ browser })).pages).toEqual([]);
      const next = await one.refresh(spent.body.refresh_token);
      expect(next.body['expires_in']).toBe(77);
      expect((await one.refresh(first.body.refresh_token)).body.error).toBe('invalid_grant');
      expect((await own.control<{ data: unknown[] }>('GET', '/ledger')).body.data).toHaveLength(4);
      for (const token of [first.body.refresh_token, next.body.access_token, next.body.refresh_token]) {
        expect(readFileSync(own.file).includes(token)).toBe(false);
      }
    } finally {
      await own.stop();
    }
  });
});
