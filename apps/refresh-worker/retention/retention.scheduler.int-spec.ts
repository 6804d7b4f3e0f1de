import { Directory, openDatabase } from '#storage';
import { createDatabase, eventually, seedLineages, seedWorkspace } from '#testing';
import type { RefreshWorkerConfig } from '../refresh-worker.config.js';
import { RetentionScheduler } from './retention.scheduler.js';

it('forgets superseded tokens after so many days as the setting says, by itself', async () => {
  const database = await createDatabase();
  const { workspace } = await seedWorkspace(database);
  const many = { connections: 1_200, generations: 3, fingerprintKey: Buffer.from('key') };
  await seedLineages(database.adminUrl, { workspace, integration: 'int_1', ...many });
  // Generation 1 was superseded 30 days ago, generation 2 twenty; all expired long since.
  await database.query(`UPDATE token_set SET issued_at = now() - (5 - generation) * interval '10 days',
    expires_at = now() - interval '5 days'`);
  const url = database.urlOf('refresh-worker');
  const opened = await openDatabase({ url, applicationName: 'test', entities: [] });
  const config = { FINGERPRINT_RETENTION_DAYS: 25 } as RefreshWorkerConfig;
  const scheduler = new RetentionScheduler(opened.database, new Directory(opened.database), config);
  scheduler.onApplicationBootstrap();
  try {
    await eventually(async () =>
      expect(
        await database.query(`SELECT generation, count(*)::int FROM token_set GROUP BY 1 ORDER BY 1`),
      ).toEqual([2, 3].map((generation) => ({ generation, count: 1_200 }))),
    );
  } finally {
    await scheduler.onModuleDestroy();
    await opened.close();
    await database.drop();
  }
});
