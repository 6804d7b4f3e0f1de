import { setTimeout as pause } from 'node:timers/promises';
import { RedisConnections, RefreshQueue } from '#events';
import { withConnection } from '#embedded';
import type { BenchDatabase } from './durable-postgres.js';

const pollMs = 250;
const patienceMs = 30_000;

/** Makes so many due at once, and waits until the last event of them is published; answers how many a second. */
export async function refreshDue(database: BenchDatabase, count: number): Promise<number> {
  return untilDone(database, count, async (query) => {
    await query(MAKE_DUE, [count]);
  });
}

/** Asks for one every so many ms, as callers do who found a token expired, and waits for the last event of them. */
export async function refreshOnDemand(
  database: BenchDatabase,
  redisUrl: string,
  { count, everyMs }: { count: number; everyMs: number },
): Promise<void> {
  const connections = new RedisConnections(redisUrl, 'bench');
  const queue = new RefreshQueue(connections);
  try {
    await untilDone(database, count, async (query) => {
      const slots = await query<Slot>(SLOTS, [count]);
      const begun = performance.now();
      for (const [nth, { id, ...job }] of slots.entries()) {
        await pause(Math.max(0, begun + nth * everyMs - performance.now()));
        await queue.addOnDemand(id, job);
      }
    });
  } finally {
    await queue.close();
    connections.onApplicationShutdown();
  }
}

interface Slot {
  id: string;
  workspace: string;
  connection: string;
  slot: string;
  generation: number;
}

type Query = <Row extends object>(sql: string, values: unknown[]) => Promise<Row[]>;

async function untilDone(
  { adminUrl }: BenchDatabase,
  count: number,
  start: (query: Query) => Promise<void>,
): Promise<number> {
  return withConnection(adminUrl, async (client) => {
    const query = async <Row extends object>(sql: string, values: unknown[]) =>
      (await client.query<Row>(sql, values)).rows;
    const [now] = await query<{ begun: string }>(`SELECT clock_timestamp()::text AS begun`, []);
    await start(query);
    let reached = 0;
    for (let idle = 0; idle < patienceMs; idle += pollMs) {
      const [progress] = await query<{ done: number; seconds: number; unpublished: number }>(DONE, [
        now!.begun,
      ]);
      const { done, seconds, unpublished } = progress!;
      if (done >= count && unpublished === 0) return done / seconds;
      if (done > reached) idle = 0;
      reached = done;
      await pause(pollMs);
    }
    throw new Error(`the worker stands still: ${reached} of ${count} refreshed`);
  });
}

const MAKE_DUE = `UPDATE connection_slot SET refresh_due_at = now(), claimed_epoch = NULL, claimed_until = NULL
  WHERE connection_id IN (SELECT id FROM connection LIMIT $1)`;
const SLOTS = `SELECT id, workspace_id AS workspace, connection_id AS connection, slot, generation
  FROM connection_slot LIMIT $1`;
const DONE = `SELECT count(*)::int AS done, extract(epoch FROM max(closed_at) - min(started_at))::float AS seconds,
  (SELECT count(*)::int FROM outbox_event WHERE published_at IS NULL) AS unpublished
  FROM refresh_attempt WHERE state = 'promoted' AND started_at >= $1::timestamptz`;
