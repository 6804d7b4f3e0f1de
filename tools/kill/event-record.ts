import { Redis } from 'ioredis';
import type { CloudEvent } from '#events';
import type { Surroundings } from './surroundings.js';

/** What came through the stream, once for each generation and in order, however often it was published. */
export class EventRecord {
  private readonly redis: Redis;
  private readonly told = new Map<string, number>();
  private last = '0';

  constructor(private readonly around: Surroundings) {
    this.redis = new Redis(around.servers.redis.url);
  }

  /** Waits until the relay has nothing left, then says which of these generations nobody was told of. */
  async missing(generations: ReadonlyMap<string, number>): Promise<string[]> {
    await this.relayed([...generations.keys()]);
    const outOfOrder = await this.read();
    const untold = [...generations].flatMap(([connection, generation]) => {
      const told = this.told.get(connection) ?? 1;
      return told === generation ? [] : [`${connection} is at generation ${generation}, told of ${told}`];
    });
    return [...outOfOrder, ...untold];
  }

  close(): void {
    this.redis.disconnect();
  }

  private async relayed(connections: string[]): Promise<void> {
    for (let tries = 250; tries > 0; tries--) {
      const left = await this.around.database.query(
        `SELECT FROM outbox_event WHERE subject = ANY ($1) AND published_at IS NULL LIMIT 1`,
        [connections],
      );
      if (left.length === 0) return;
      await new Promise((again) => setTimeout(again, 40));
    }
  }

  private async read(): Promise<string[]> {
    const entries = await this.redis.xrange('evergrant:events', `(${this.last}`, '+');
    this.last = entries.at(-1)?.[0] ?? this.last;
    return entries.flatMap(([, [, text = '']]) => this.note(JSON.parse(text) as CloudEvent));
  }

  private note({ type, subject, data }: CloudEvent): string[] {
    if (type !== 'token.refreshed') return [];
    const generation = data['generation'] as number;
    const told = this.told.get(subject) ?? 1;
    if (generation > told) this.told.set(subject, generation);
    return generation > told + 1 ? [`${subject} was told of ${generation} after ${told}`] : [];
  }
}
