import type { EntityManager } from 'typeorm';

/**
 * Until the transaction ends, first come, first served: one that works on a job (`shared`) does not overtake another that
 * waits to change it. Locks of rows do not keep that order, so the one would wait as long as others come.
 */
export async function standInLine(
  manager: EntityManager,
  id: string,
  mode: 'shared' | 'alone',
): Promise<void> {
  const lock = mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  await manager.query(`SELECT ${lock}(hashtextextended('evergrant.job ' || $1, 0))`, [id]);
}
