import { keeper } from './keeper/keeper-client.js';

/** A database number of the shared Redis. Channels and FLUSHALL are not confined to it: see `startRedis`. */
export class TestRedis {
  constructor(
    readonly url: string,
    private readonly number: number,
  ) {}

  /** Empties it and gives it back. */
  async drop(): Promise<void> {
    await (await keeper()).ask('drop-redis', { number: this.number });
  }
}

/** An empty database on the shared Redis. */
export async function createRedis(): Promise<TestRedis> {
  const { url, number } = await (await keeper()).ask('redis', null);
  return new TestRedis(url, number);
}
