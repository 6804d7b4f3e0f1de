import { withConnection } from '#embedded';
import { ApiClient, eventually, type RunningSystem } from '#testing';
import { seedPersonas } from '../../apps/e2e/steps/revoked-personas.js';
import { bodyOf } from '../../apps/e2e/steps/sandbox-integration.js';
import { sqlOf } from '../../apps/e2e/steps/two-workspaces.js';

/** Ids of what has tokens that a provider gave, and the values that leaked. */
export interface Living {
  renewed: string;
  finished: string;
  leaked: string[];
}

const people = [
  'Barbara Liskov',
  'Frances Allen',
  'Radia Perlman',
  'Edsger Dijkstra',
  'Tony Hoare',
  'Lynn Conway',
];
const patienceMs = 60_000;

/** What nobody can make up: connections of the sandbox in the demo's workspace, one renewed and read, the others revoked. */
export async function makeLiving(
  system: RunningSystem,
  databaseUrl: string,
  at: { workspace: string; api_key: string },
): Promise<Living> {
  const personas = [{ name: 'notes', count: people.length }];
  const [notes] = await seedPersonas(system, sqlOf(databaseUrl), databaseUrl, personas, at);
  const ids = notes!.connections.map(({ id }) => id);
  await withConnection(databaseUrl, async (client) => {
    await client.query(NAMES, [ids, people]);
    await client.query(INCIDENTS);
    await client.query(WORKERS);
  });
  const api = new ApiClient(system.bootstrap.public_url, at.api_key);
  bodyOf(await api.patch(`/v1/integrations/${notes!.integration}`, { name: 'Notes' }));
  const [renewed, ...others] = ids;
  const leaked = [
    await renew(api, renewed!),
    await renew(api, renewed!),
    'ghp_of_somebody_else_entirely_0123456789',
  ];
  const { id: finished } = bodyOf(
    await api.post<{ id: string }>('/v1/revocations', {
      selector: { connections: others },
      reason: 'The laptop they were used on was stolen',
      expected_count: others.length,
    }),
  );
  await eventually(async () => {
    const { finished_at: at } = bodyOf(await api.get(`/v1/revocations/${finished}`));
    if (at === null) throw new Error(`${finished} does not finish`);
  }, patienceMs);
  return { renewed: renewed!, finished, leaked };
}

/** The access token that the next one replaces. */
async function renew(api: ApiClient, id: string): Promise<string> {
  bodyOf(await api.post(`/v1/connections/${id}/refresh`));
  return bodyOf(await api.get<{ access_token: string }>(`/v1/connections/${id}/token`)).access_token;
}

const NAMES = `UPDATE connection SET end_user_id = 'user-70' || n, end_user_name = name
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS p (one, name, n) WHERE id = one`;
const INCIDENTS = `INSERT INTO provider_incident (id, provider, kind, detail, opened_at, closed_at) VALUES
  ('inc_1', 'github', 'refusals', '{"refused": 212, "failed": 3, "refreshed": 18}', now() - interval '9 minutes', NULL),
  ('inc_2', 'slack', 'outage', '{"refused": 0, "failed": 87, "refreshed": 4}', now() - interval '2 days',
    now() - interval '47 hours')`;
const WORKERS = `INSERT INTO refresh_worker (id, seen_at, spooled) VALUES ('wrk_blue_3', now() - interval '1 hour', 3)`;
