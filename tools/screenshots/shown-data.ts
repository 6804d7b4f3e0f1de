import type { BrowserContext } from 'playwright-core';
import { publicKeys } from '../../apps/e2e/dashboard/one-of-each.js';
import { ask, type Answer } from '../../apps/e2e/dashboard/people.js';
import type { Living } from './living-data.js';

/** Ids of what the screenshots show one of. */
export interface Shown extends Living {
  connection: string;
  troubled: string;
  integration: string;
  draft: string;
  revocation: string;
  freeze: string;
  stream: string;
  approval: string;
  entry: string;
}

interface Listed {
  data: { id: string; name?: string; provider?: string }[];
}

/** What a demo has none of: made over the API, by the admin whose session is in the context; what lives by a key of theirs. */
export async function makeShown(
  context: BrowserContext,
  origin: string,
  makeLiving: (apiKey: string) => Promise<Living>,
): Promise<Shown> {
  const api = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer: Answer<T> = await ask<T>(context, origin, method, path, body);
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path} is answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  };
  const first = async (path: string): Promise<string> => (await api<Listed>('GET', path)).data[0]!.id;
  const integrations = (await api<Listed>('GET', 'v1/integrations?limit=50')).data;
  const of = (provider: string) => integrations.find((one) => one.provider === provider)!.id;
  const living = await makeLiving(await makeKeys(api));
  for (const [email, role] of [
    ['grace@company.example', 'operator'],
    ['hedy@company.example', 'viewer'],
  ] as const)
    await api('POST', 'invitations', { email, role });
  const users = [
    { id: 'user-90211', display_name: 'Grace Hopper', email: 'grace@company.example' },
    { id: 'user-90212', display_name: 'Katherine Johnson' },
  ];
  for (const end_user of users)
    await api('POST', 'v1/connect-sessions', { integration: of('google'), end_user });
  const draft = await api<{ id: string }>('POST', 'v1/integrations', {
    provider: 'github',
    name: 'GitHub for builds',
  });
  const noisy = await api<Listed>('GET', `connections?state=active&integration=${of('slack')}&limit=3`);
  const freeze = await api<{ id: string }>('POST', 'v1/freezes', {
    selector: { connections: noisy.data.map(({ id }) => id) },
    reason: 'They are read far too often',
  });
  const { count } = await api<{ count: number }>('POST', 'v1/revocations', {
    ...{ selector: { integration: of('atlassian') }, reason: 'preview', dry_run: true },
  });
  const revocation = await api<{ id: string }>('POST', 'v1/revocations', {
    selector: { integration: of('atlassian') },
    ...{ reason: 'The client secret was in a public repository', expected_count: count },
  });
  const stream = await api<{ id: string }>('POST', 'v1/security-event-streams', {
    ...{
      name: 'Company directory',
      issuer: 'https://directory.example',
      delivery: 'push',
      jwks: publicKeys(),
    },
  });
  return {
    ...living,
    connection: await first(`connections?state=active&integration=${of('google')}&sort=created_at&limit=1`),
    troubled: await first('connections?state=needs_reauthorization&sort=created_at&limit=1'),
    integration: of('microsoft'),
    draft: draft.id,
    revocation: revocation.id,
    freeze: freeze.id,
    stream: stream.id,
    approval: await first('approvals'),
    entry: await first('audit?action=freeze.created'),
  };
}

/** Answers one that may do what the platform does. */
async function makeKeys(
  api: (method: string, path: string, body?: object) => Promise<unknown>,
): Promise<string> {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const keys = [
    { name: 'calendar-sync', scopes: ['tokens:read'], expires_at: inDays(240) },
    { name: 'connect-page', scopes: ['connect:write', 'connections:read'], expires_at: inDays(88) },
    { name: 'incident-bot', scopes: ['connections:revoke', 'tokens:lookup'], expires_at: inDays(6) },
    { name: 'nightly-export', scopes: ['audit:read'], allowed_addresses: ['203.0.113.0/24'] },
  ];
  for (const key of keys) await api('POST', 'v1/api-keys', key);
  const platform = { name: 'platform', scopes: ['admin', 'tokens:read'] };
  return ((await api('POST', 'v1/api-keys', platform)) as { key: string }).key;
}
