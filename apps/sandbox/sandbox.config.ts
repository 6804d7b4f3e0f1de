import { z } from 'zod';
import { configClass, serviceSettings, setting } from '#platform';

const { HOST, LOG_LEVEL } = serviceSettings;

/** The sandbox's settings. It is for trying and testing, so it is no production unless told. */
export class SandboxConfig extends configClass('sandbox', {
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST,
  PORT: setting.port().default(4006),
  /** Left out: made from the port. */
  SANDBOX_ISSUER: setting.origin().optional(),
  SANDBOX_ADMIN_HOST: z.string().default('127.0.0.1'),
  SANDBOX_ADMIN_PORT: setting.port().default(4007),
  SANDBOX_DATA_FILE: setting.file().default('.data/sandbox.sqlite'),
  /** A user made, or whose password is set anew, at each start; both or none. */
  SANDBOX_USER_LOGIN: setting.text().optional(),
  SANDBOX_USER_PASSWORD: setting.text().optional(),
  /** JSON: more users, and clients, put in place at each start. */
  SANDBOX_SEED_FILE: setting.file().optional(),
  LOG_LEVEL,
  SHUTDOWN_TIMEOUT_SECONDS: setting.positiveInteger(10),
}) {}
