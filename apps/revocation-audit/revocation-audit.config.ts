import { configClass, serviceSettings, setting } from '#platform';

/** revocation-audit's settings. */
export class RevocationAuditConfig extends configClass('revocation-audit', {
  ...serviceSettings,
  REVOCATION_AUDIT_DATABASE_URL: setting.postgresUrl(),
  REDIS_URL: setting.redisUrl(),
  VAULT_KEY_FILE: setting.file(),
  ASSERTION_JWKS_FILE: setting.file(),
  OUTBOUND_ALLOWED_PRIVATE: setting.list(),
  OUTBOUND_SANDBOX_ORIGIN: setting.origin().optional(),
}) {}
