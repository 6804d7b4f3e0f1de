import { configClass, serviceSettings, setting } from '#platform';

/** auth-flow's settings. */
export class AuthFlowConfig extends configClass('auth-flow', {
  ...serviceSettings,
  PUBLIC_URL: setting.origin(),
  AUTH_FLOW_DATABASE_URL: setting.postgresUrl(),
  REDIS_URL: setting.redisUrl(),
  VAULT_KEY_FILE: setting.file(),
  ASSERTION_JWKS_FILE: setting.file(),
  OUTBOUND_ALLOWED_PRIVATE: setting.list(),
  OUTBOUND_SANDBOX_ORIGIN: setting.origin().optional(),
}) {}
