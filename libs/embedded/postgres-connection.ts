import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** Crash recovery of a large cluster takes its time; a server that says it is starting up is waited for this long. */
const RECOVERY_MS = 300_000;
const STARTING_UP = '57P03';
const POLL_MS = 40;

/** Runs work on one connection of its own. */
export async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // An idle client whose server goes away emits an error that would end the process; the next query rejects anyway.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Waits until the server accepts our password; false when it refuses, or `alive` turns false, or time is up. */
export async function answersPostgres(
  url: string,
  patienceMs: number,
  alive: () => boolean,
): Promise<boolean> {
  const begun = performance.now();
  for (;;) {
    try {
      await withConnection(url, (client) => client.query('SELECT 1'));
      return true;
    } catch (error) {
      const recovering = (error as { code?: string }).code === STARTING_UP;
      if (performance.now() - begun > (recovering ? RECOVERY_MS : patienceMs)) return false;
    }
    if (!alive()) return false;
    await pause(POLL_MS);
  }
}
