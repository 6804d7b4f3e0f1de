import { z } from 'zod';
import { configClass, serviceSettings, setting } from '#platform';

/** A comma list of origins, one for each replica. */
const origins = () => setting.list().pipe(z.array(setting.origin()).min(1, 'needs at least one origin'));

/** The gateway's settings. It holds no secret and reaches neither Postgres nor Redis. */
export class GatewayConfig extends configClass('gateway', {
  ...serviceSettings,
  PUBLIC_URL: setting.origin(),
  AUTH_FLOW_URLS: origins(),
  REVOCATION_AUDIT_URLS: origins(),
  ADMIN_URLS: origins(),
  /** Longer than the longest a service takes by itself: a token read may wait for a refresh. */
  ANSWER_TIMEOUT_SECONDS: setting.positiveInteger(75),
}) {}
