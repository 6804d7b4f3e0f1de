import autocannon from 'autocannon';
import { median } from './median.js';

export interface Load {
  title: string;
  url: string;
  headers?: Record<string, string>;
}

export interface Measured {
  title: string;
  /** Medians over the rounds. */
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

const connections = 32;
const warmUpSeconds = 2;

/** Loads each in turn, round by round, so that a slow minute of the machine hits all of them. @throws on any answer but 200 */
export async function measure(loads: readonly Load[], rounds: number, seconds: number): Promise<Measured[]> {
  const results = new Map<string, autocannon.Result[]>(loads.map(({ title }) => [title, []]));
  for (const load of loads) await run(load, warmUpSeconds);
  for (let round = 1; round <= rounds; round++)
    for (const load of loads) results.get(load.title)!.push(await run(load, seconds));
  return [...results].map(([title, of]) => ({
    title,
    perSecond: Math.round(median(of.map(({ requests }) => requests.average))),
    p50Ms: median(of.map(({ latency }) => latency.p50)),
    p99Ms: median(of.map(({ latency }) => latency.p99)),
  }));
}

async function run({ title, url, headers }: Load, duration: number): Promise<autocannon.Result> {
  const result = await autocannon({ url, headers, connections, duration });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${title}: ${result.non2xx} answers were not 2xx, ${result.errors} requests failed`);
  return result;
}
