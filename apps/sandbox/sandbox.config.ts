import { z } from 'zod';

const port = (otherwise: number) => z.coerce.number().int().min(0).max(65_535).default(otherwise);
const given = z
  .string()
  .optional()
  .transform((value) => value || undefined);

const settings = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port(4006),
  SANDBOX_ISSUER: z
    .url()
    .refine((url) => new URL(url).origin === url, 'must be an origin, without a path')
    .optional(),
  SANDBOX_ADMIN_HOST: z.string().default('127.0.0.1'),
  SANDBOX_ADMIN_PORT: port(4007),
  SANDBOX_DATA_FILE: z.string().min(1).default('.data/sandbox.sqlite'),
  SANDBOX_USER_LOGIN: given,
  SANDBOX_USER_PASSWORD: given,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  SHUTDOWN_TIMEOUT_SECONDS: z.coerce.number().int().min(0).max(300).default(10),
});

export type SandboxConfig = Readonly<z.infer<typeof settings>>;

/** Reads the settings; throws one Error that lists all faults. */
export function sandboxConfig(env: NodeJS.ProcessEnv): SandboxConfig {
  const parsed = settings.safeParse(env);
  if (parsed.success) return Object.freeze(parsed.data);
  const faults = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new Error(['The sandbox cannot start with these settings:', ...faults].join('\n'));
}
