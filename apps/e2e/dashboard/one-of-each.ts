import { generateKeyPairSync } from 'node:crypto';
import type { SeededPersona } from '../steps/revoked-personas.js';
import type { Sql } from '../steps/two-workspaces.js';
import type { Answer, PersonName } from './people.js';

/** Ids of what has a page of its own, and still waits for somebody to do something about it. */
export interface OneOfEach {
  connection: string;
  integration: string;
  /** Waits for a second human, as does its approval. The deputy asked for it. */
  revocation: string;
  approval: string;
  freeze: string;
  stream: string;
  entry: string;
}

interface Made {
  id: string;
}

/** What is asked of the opened dashboard. */
interface Reach {
  sql: Sql;
  connectionsOf: (name: string) => SeededPersona;
  ask: <T>(who: PersonName, method: string, path: string, body?: object) => Promise<Answer<T>>;
  letApproveAbove: (count: number | null) => Promise<void>;
}

/** Something to do on every page: what is made over the API, and troubles that none provokes. */
export async function oneOfEach(dashboard: Reach): Promise<OneOfEach> {
  const { integration, connections } = dashboard.connectionsOf('held');
  const [frozen, quarantined, ...asked] = connections.map(({ id }) => id);
  const made = async (path: string, body: object): Promise<string> => {
    const answer = await dashboard.ask<Made>('deputy', 'POST', path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer.body.id;
  };
  const first = async (path: string): Promise<string> =>
    (await dashboard.ask<{ data: Made[] }>('admin', 'GET', path)).body.data[0]!.id;
  await makeTroubles(dashboard, quarantined!);
  const freeze = await made('v1/freezes', { selector: { connections: [frozen] }, reason: 'read too often' });
  await dashboard.letApproveAbove(0);
  const revocation = await made('v1/revocations', {
    ...{ selector: { connections: asked }, reason: 'nobody needs them', expected_count: asked.length },
  });
  await dashboard.letApproveAbove(null);
  await made('invitations', { email: 'new@company.example', role: 'viewer' });
  await made('v1/workload-identities', {
    ...{
      name: 'deploys',
      issuer: 'https://issuer.example',
      claims: { sub: 'deploy' },
      scopes: ['tokens:read'],
    },
  });
  const stream = await made('v1/security-event-streams', {
    ...{ name: 'Directory', issuer: 'https://issuer.example', delivery: 'push', jwks: publicKeys() },
  });
  return {
    ...{ connection: connections[2]!.id, integration, revocation, freeze, stream },
    approval: await first('approvals'),
    entry: await first('audit'),
  };
}

/** Of somebody who is to sign something, and never does. */
export function publicKeys(): { keys: object[] } {
  const { publicKey } = generateKeyPairSync('ed25519');
  return { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'EdDSA', use: 'sig' }] };
}

async function makeTroubles({ sql }: Reach, connection: string): Promise<void> {
  await sql.query(
    `UPDATE connection SET state = 'quarantined', return_state = 'active', reason = $2 WHERE id = $1`,
    [connection, JSON.stringify({ code: 'database_restored', at: new Date().toISOString() })],
  );
  await sql.query(
    `INSERT INTO refresh_worker (id, seen_at, spooled) VALUES ('wrk_gone', now() - interval '1 hour', 3)`,
  );
  // Of a provider that nothing here is connected to: it holds back nothing.
  await sql.query(
    `INSERT INTO provider_incident (id, provider, kind, detail) VALUES ('inc_1', 'github', 'refusals', '{"refused": 21}')`,
  );
}
