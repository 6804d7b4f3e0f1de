import { configClass, serviceSettings, setting } from '#platform';

/** Admin's settings. It holds no key of the vault: it cannot open what is sealed. */
export class AdminConfig extends configClass('admin', {
  ...serviceSettings,
  PUBLIC_URL: setting.browserOrigin(),
  ADMIN_DATABASE_URL: setting.postgresUrl(),
  REDIS_URL: setting.redisUrl(),
  /** Private JWK that signs who asks; the owning services hold its public half. */
  ASSERTION_KEY_FILE: setting.file(),
  AUTH_FLOW_URL: setting.origin(),
  REVOCATION_AUDIT_URL: setting.origin(),
  /** JSON: the identity providers at which people sign in, each with its client and the roles that its claims give. */
  SIGN_IN_ISSUERS_FILE: setting.file(),
  /** A session ends when it was not used for so long, and in any case after so many hours. */
  SESSION_IDLE_MINUTES: setting.positiveInteger(60),
  SESSION_HOURS: setting.positiveInteger(12),
  OUTBOUND_ALLOWED_PRIVATE: setting.list(),
  OUTBOUND_SANDBOX_ORIGIN: setting.origin().optional(),
}) {}
