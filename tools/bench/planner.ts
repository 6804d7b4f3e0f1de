import { RedisConnections, RefreshQueue } from '#events';
import { startRedis } from '#testing';
import { DurablePostgres } from './durable-postgres.js';
import { median } from './median.js';
import { PlannedSlots } from './planned-slots.js';

const big = 5_000_000;
const sizes = [10_000, 100_000, 1_000_000, big];
const due = 500;
const ticks = 21;
/** Renewed before the ticks are measured once more: three dead versions each, and a dead entry at the index's end. */
const refreshed = Number(process.env['BENCH_REFRESHED'] ?? 10_000);
/** What is claimed and waits in the queue where tokens live an hour: a share of the connections. */
const claimedAhead = 30 / 3_600;

/** One tick of the planner, claim and enqueue, with the same number due among ever more connections. */
export async function planner(): Promise<void> {
  const postgres = await DurablePostgres.start();
  const redis = await startRedis();
  const connections = new RedisConnections(redis.url, 'bench');
  const queue = new RefreshQueue(connections);
  const measured = sizes.filter((size) => size < big || process.env['BENCH_BIG'] === '1');
  const tables: PlannedSlots[] = [];
  try {
    for (const size of measured)
      tables.push(await PlannedSlots.seed(await postgres.database(`planner_${size}`), size));
    const calm = await measure(tables, queue);
    for (const table of tables) await table.claim(Math.round(table.size * claimedAhead));
    const claimed = await measure(tables, queue);
    for (const table of tables) await table.refresh(refreshed);
    const worn = await measure(tables, queue);
    console.log(`\nPlanner: a tick that finds ${due} due, medians of ${ticks} alternating ticks\n`);
    print(`connections`, ['calm', 'queue full', `${refreshed.toLocaleString('en')} refreshes on`]);
    tables.forEach(({ size }, nth) =>
      print(
        size.toLocaleString('en'),
        [calm, claimed, worn].map((all) => `${all[nth]!.toFixed(1)} ms ${(all[nth]! / all[0]!).toFixed(2)}`),
      ),
    );
    if (measured.length < sizes.length)
      console.log(`  ${big.toLocaleString('en')}: skipped; BENCH_BIG=1 measures them too`);
  } finally {
    for (const table of tables) await table.close();
    await queue.close();
    connections.onApplicationShutdown();
    await redis.stop();
    await postgres.stop();
  }
}

/** Each table in turn, tick by tick, so that a slow moment of the machine hits all of them. */
async function measure(tables: readonly PlannedSlots[], queue: RefreshQueue): Promise<number[]> {
  const took = tables.map((): number[] => []);
  for (let nth = 0; nth < ticks; nth++)
    for (const [index, table] of tables.entries()) took[index]!.push(await table.tick(queue, due));
  return took.map(median);
}

function print(title: string, cells: readonly string[]): void {
  console.log(`  ${title.padEnd(16)}${cells.map((cell) => cell.padStart(24)).join('')}`);
}
