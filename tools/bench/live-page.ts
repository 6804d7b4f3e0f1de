import type { BrowserContext, Page } from 'playwright-core';
import { withConnection } from '#embedded';
import { newId } from '#storage';
import type { RunningSystem } from '#testing';
import { onDemo, type DemoSystem } from './demo-system.js';
import { quantile } from './quantile.js';

const perSecond = Number(process.env['BENCH_LIVE_EVENTS'] ?? 1_000);
const seconds = 20;
const batchMs = 100;
const demo = { connections: 10_000, audit: 1_000 };
/** Two frames at 60 Hz: what takes longer is seen. */
const smoothMs = 34;
const pages = { Overview: '/', Connections: '/connections' };

/** On the page: from one frame that was painted to the next, and what kept the page busy for over 50 ms. */
interface Painted {
  framesMs: number[];
  longTasksMs: number[];
}

/** On the wire: each frame's events, and how old the newest of them is. */
interface Told {
  events: number[];
  delaysMs: number[];
}

const watch = `(() => {
  window.painted = { framesMs: [], longTasksMs: [] };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.painted.longTasksMs.push(duration);
  }).observe({ type: 'longtask' });
  let last = performance.now();
  const frame = (now) => { window.painted.framesMs.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
})()`;

/** Events as the engine writes them, through outbox, relay, Redis, admin and its stream, to pages that show them. */
export async function livePage(system: RunningSystem): Promise<void> {
  await onDemo(system, demo, async (on) => {
    const rate = perSecond.toLocaleString('en');
    console.log(`\nLive events: ${rate} a second for ${seconds} s, at pages that show them\n`);
    for (const [title, path] of Object.entries(pages)) {
      const context = await on.people.contextOf('admin');
      const page = await context.newPage();
      await page.goto(on.origin + path);
      await page.getByRole('heading', { name: title, level: 1 }).waitFor();
      await page.waitForTimeout(5_000);
      await page.evaluate(watch);
      await page.waitForTimeout(seconds * 1_000);
      const still = await takePainted(page);
      const told = await toldOf(context, on, () => writeEvents(on));
      print(title, still, await takePainted(page), told);
      await context.close();
    }
  });
}

async function takePainted(page: Page): Promise<Painted> {
  return page.evaluate<Painted>(`(() => {
    const { framesMs, longTasksMs } = window.painted;
    return { framesMs: framesMs.splice(0), longTasksMs: longTasksMs.splice(0) };
  })()`);
}

/** Renewals of connections that are on the page, and of others. */
async function writeEvents({ databaseUrl, workspace }: DemoSystem): Promise<void> {
  await withConnection(databaseUrl, async (client) => {
    await client.query(`SELECT set_config('evergrant.workspace', $1, false)`, [workspace]);
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM connection WHERE workspace_id = $1 ORDER BY created_at DESC LIMIT 500`,
      [workspace],
    );
    const begun = performance.now();
    for (let written = 0; written < perSecond * seconds;) {
      const due = Math.min(perSecond * seconds, ((performance.now() - begun) / 1_000) * perSecond);
      const ids = Array.from({ length: Math.floor(due - written) }, () => newId('evt'));
      const of = ids.map((_, nth) => rows[(written + nth) % rows.length]!.id);
      await client.query(WRITE, [workspace, ids, of]);
      written += ids.length;
      await new Promise((resolve) => setTimeout(resolve, batchMs));
    }
  });
}

const WRITE = `INSERT INTO outbox_event (workspace_id, id, subject, type, data)
  SELECT $1, e.id, c.id, 'token.refreshed', jsonb_build_object('connection', c.id, 'integration', c.integration_id,
    'provider', c.provider, 'end_user', c.end_user_id, 'slot', 'default', 'generation', 2)
  FROM unnest($2::text[], $3::text[]) AS e (id, connection)
  JOIN connection c ON c.workspace_id = $1 AND c.id = e.connection`;

/** What another reader of the stream is told meanwhile. */
async function toldOf(context: BrowserContext, on: DemoSystem, work: () => Promise<void>): Promise<Told> {
  const stop = new AbortController();
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const answer = await fetch(`${on.origin}/admin/api/events`, { headers: { cookie }, signal: stop.signal });
  if (!answer.ok) throw new Error(`The stream answers ${answer.status}: ${await answer.text()}`);
  const told: Told = { events: [], delaysMs: [] };
  const reading = read(answer.body!, told).catch(() => undefined);
  await work();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  stop.abort();
  await reading;
  return told;
}

async function read(body: ReadableStream<Uint8Array>, told: Told): Promise<void> {
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const frames = (text + chunk).split('\n\n');
    text = frames.pop()!;
    for (const frame of frames) {
      if (!/^event: events$/m.test(frame)) continue;
      const { count, events } = JSON.parse(/^data: (.*)$/m.exec(frame)![1]!) as {
        count: number;
        events: { time: string }[];
      };
      told.events.push(count);
      told.delaysMs.push(Date.now() - Date.parse(events.at(-1)!.time));
    }
  }
}

function print(title: string, still: Painted, busy: Painted, { events, delaysMs }: Told): void {
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  const total = events.reduce((sum, count) => sum + count, 0);
  const p95 = (of: Painted) => quantile(of.framesMs, 0.95);
  const p99 = (of: Painted) => quantile(of.framesMs, 0.99);
  const busyMs = busy.longTasksMs.reduce((sum, each) => sum + each, 0);
  console.log(`  ${title}`);
  console.log(
    `    told           ${total} events in ${events.length} frames, the newest of each p95 ${ms(quantile(delaysMs, 0.95))} old`,
  );
  console.log(
    `    painted        p95 ${ms(p95(busy))}, p99 ${ms(p99(busy))}; while nothing happens ${ms(p95(still))}, ${ms(p99(still))}`,
  );
  console.log(
    `    tasks > 50 ms  ${busy.longTasksMs.length}, together ${ms(busyMs)}; while nothing happens ${still.longTasksMs.length}`,
  );
  if (p95(busy) > smoothMs) console.log(`    That is not smooth: over ${smoothMs} ms.`);
}
