import { Injectable } from '@nestjs/common';
import { retryAfterMs, type RawAnswer } from '#oauth';
import { Database, TellingRepository } from '#storage';
import type { Work } from './item-work.service.js';

/** Of a 429 that does not say how long. */
const unsaidMs = 5_000;

/** Providers that want to be left alone: until then for every item of the integration, on every replica. */
@Injectable()
export class HoldsService {
  /** What this replica was told itself, on performance.now()'s clock: what is in hand already stops by it. */
  private readonly held = new Map<string, { until: number; writtenAt: number }>();

  constructor(private readonly database: Database) {}

  /** How long it is still to be left alone; 0: not at all. */
  remainingMs({ connection }: Work): number {
    const hold = this.held.get(connection.integrationId);
    const leftMs = hold === undefined ? 0 : hold.until - performance.now();
    if (leftMs > 0) return leftMs;
    this.held.delete(connection.integrationId);
    return 0;
  }

  /** Reads an answer that is no success. */
  async note({ workspace, connection }: Work, raw: RawAnswer): Promise<void> {
    const saidMs = retryAfterMs(raw);
    if (saidMs === undefined && raw.status !== 429) return;
    await this.hold({ workspace, connection }, saidMs ?? unsaidMs);
  }

  /** Its limits are reached, or it said so. */
  async hold(
    { workspace, connection: { integrationId: id } }: Pick<Work, 'workspace' | 'connection'>,
    forMs: number,
  ): Promise<void> {
    const until = Math.max(performance.now() + forMs, this.held.get(id)?.until ?? 0);
    this.held.set(id, { until, writtenAt: Infinity });
    await this.database.inWorkspace(workspace, (tx) => tx.get(TellingRepository).hold(id, forMs));
    this.held.set(id, { until, writtenAt: performance.now() });
  }

  /** Items of it were due as Postgres was asked at `askedAt`: what was held before that is over. */
  lift(integrationId: string, askedAt: number): void {
    const hold = this.held.get(integrationId);
    if (hold && hold.writtenAt < askedAt) this.held.delete(integrationId);
  }
}
