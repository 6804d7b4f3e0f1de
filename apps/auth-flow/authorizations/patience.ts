import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseUnavailableError } from '#storage';

const waitsMs = [100, 300, 1_000, 2_000, 3_000];

/**
 * Tries again while the database is away: for what must not be lost, tokens that the provider has just given.
 * @throws DatabaseUnavailableError after some 7 s
 */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError)) throw error;
      await pause(waitMs);
    }
  }
  return work();
}
