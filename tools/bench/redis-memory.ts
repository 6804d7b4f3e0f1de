import { RedisConnections, RefreshQueue } from '#events';
import { startRedis } from '#testing';
import { DurablePostgres } from './durable-postgres.js';
import { PlannedSlots } from './planned-slots.js';

const slots = Number(process.env['BENCH_SLOTS'] ?? 1_000_000);
const lifetimeSeconds = 3_600;
const horizonSeconds = 30;
const mostMb = 150;

/** What Redis holds of a million connections whose tokens live an hour, once everything in the horizon is planned. */
export async function redisMemory(): Promise<void> {
  const postgres = await DurablePostgres.start();
  const redis = await startRedis();
  const connections = new RedisConnections(redis.url, 'bench');
  const queue = new RefreshQueue(connections);
  const usedBytes = async () =>
    Number(/^used_memory:(\d+)/m.exec(await connections.commands.info('memory'))![1]);
  try {
    const table = await PlannedSlots.seed(await postgres.database('redis_memory'), slots);
    const due = Math.round((slots * horizonSeconds) / lifetimeSeconds);
    await table.makeDue(due);
    const before = await usedBytes();
    const planned = await table.plan(queue);
    const after = await usedBytes();
    await table.close();
    const megabytes = (bytes: number) => (bytes / 1_048_576).toFixed(1);
    console.log(
      `\nRedis: ${slots.toLocaleString('en')} connections renewed once an hour, at most ${mostMb} MB\n`,
    );
    console.log(
      `  ${`${planned.toLocaleString('en')} planned`.padEnd(34)}${`${megabytes(after)} MB`.padStart(9)}   ${megabytes(after - before)} MB of jobs, ${Math.round((after - before) / planned)} bytes each`,
    );
    if (planned !== due) throw new Error(`${planned} were planned, not ${due}`);
  } finally {
    await queue.close();
    connections.onApplicationShutdown();
    await redis.stop();
    await postgres.stop();
  }
}
