import { createHash } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { RunningSandbox } from './running-sandbox.js';
import { SandboxClient } from './sandbox-client.js';

export const sha256 = (token: string): string => createHash('sha256').update(token).digest('hex');

/** One sandbox for a whole spec, and short words for what is done with it. */
export function useSandbox() {
  let sandbox: RunningSandbox;
  beforeAll(async () => {
    sandbox = await RunningSandbox.start();
  });
  afterAll(() => sandbox.stop());

  const api = (path: string, token?: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${sandbox.origin}${path}`, {
      ...init,
      headers: { ...init.headers, ...(token ? { authorization: `Bearer ${token}` } : {}) },
    });
  const control: RunningSandbox['control'] = (...request) => sandbox.control(...request);

  return {
    origin: () => sandbox.origin,
    control,
    api,
    client: (metadata?: Record<string, unknown>) => SandboxClient.register(sandbox.origin, metadata),
    profile: async (token: string): Promise<number> => (await api('/api/profile', token)).status,
    ledger: async (query: string): Promise<LedgerEntry[]> =>
      (await control<{ data: LedgerEntry[] }>('GET', `/ledger?${query}`)).body.data,
    jwks: async () => createLocalJWKSet((await (await api('/jwks')).json()) as JSONWebKeySet),
    persona: (id: string, document: object) => control('PUT', `/personas/${id}`, document),
  };
}
