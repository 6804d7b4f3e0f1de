import { tokenCustodySettings } from '#composition';
import { configClass, serviceSettings, setting } from '#platform';

/** auth-flow's settings. */
export class AuthFlowConfig extends configClass('auth-flow', {
  ...serviceSettings,
  ...tokenCustodySettings,
  PUBLIC_URL: setting.origin(),
  AUTH_FLOW_DATABASE_URL: setting.postgresUrl(),
  REDIS_URL: setting.redisUrl(),
  ASSERTION_JWKS_FILE: setting.file(),
  /** For how many days it is kept who read which connection, and from where. */
  READS_KEPT_DAYS: setting.positiveInteger(90),
}) {}
