import { tokenCustodySettings } from '#composition';
import { configClass, serviceSettings, setting } from '#platform';

/** refresh-worker's settings. */
export class RefreshWorkerConfig extends configClass('refresh-worker', {
  ...serviceSettings,
  ...tokenCustodySettings,
  REFRESH_WORKER_DATABASE_URL: setting.postgresUrl(),
  REDIS_URL: setting.redisUrl(),
  /** A folder of this worker alone that outlives it: answers that Postgres could not take. */
  SPOOL_DIR: setting.file(),
  /** Refreshes at once. */
  REFRESH_CONCURRENCY: setting.positiveInteger(20),
}) {}
