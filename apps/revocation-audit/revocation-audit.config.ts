import { tokenCustodySettings } from '#composition';
import { configClass, serviceSettings, setting } from '#platform';

/** revocation-audit's settings. */
export class RevocationAuditConfig extends configClass('revocation-audit', {
  ...serviceSettings,
  ...tokenCustodySettings,
  PUBLIC_URL: setting.origin(),
  REVOCATION_AUDIT_DATABASE_URL: setting.postgresUrl(),
  REDIS_URL: setting.redisUrl(),
  ASSERTION_JWKS_FILE: setting.file(),
  /** The keys that GitHub's secret scanning signs its reports with. */
  GITHUB_LEAK_KEYS_URL: setting.url().default('https://api.github.com/meta/public_keys/secret_scanning'),
  /** So many days after it came and was issued a security event is forgotten; no SET that old is taken. */
  SECURITY_EVENT_RETENTION_DAYS: setting.positiveInteger(90),
  /** More connections than this are not revoked at once without a second human. */
  KILL_SWITCH_APPROVAL_ABOVE: setting.wholeNumber(100),
}) {}
