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
  /** Answers that may wait there: no refresh is begun while it is full. */
  SPOOL_MAX_ANSWERS: setting.positiveInteger(10_000),
  /** How many days before a consent ends it is announced. */
  REAUTHORIZE_SOON_DAYS: setting.integers([14, 3]),
  /** A backlog is drained at no more than twice the normal rate, and never slower than this, per second and worker. */
  BACKLOG_LEAST_PER_SECOND: setting.positiveInteger(20),
  /** How long the fingerprints of superseded tokens are kept, to find whose a leaked one was. */
  FINGERPRINT_RETENTION_DAYS: setting.positiveInteger(400),
  /** Refreshes at once. */
  REFRESH_CONCURRENCY: setting.positiveInteger(20),
}) {}
