import { z } from 'zod';

/** Every fault of a configuration at once, without the values. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(service: string, faults: readonly string[]) {
    super(
      `${service} cannot start with this configuration:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
  }
}

const placeholder = /change[-_ ]?me|placeholder|<[^>]+>|^(secret|password|example)$/i;

type Settings<S extends z.ZodRawShape> = Readonly<z.infer<z.ZodObject<S>>>;

/**
 * A class whose instance is the service's configuration: environment variables by name, read once, frozen.
 * An empty variable counts as unset. @throws ConfigError listing all faults.
 */
export function configClass<S extends z.ZodRawShape>(
  service: string,
  shape: S,
): new (env?: NodeJS.ProcessEnv) => Settings<S> {
  const schema = z.object(shape);
  class Config {
    constructor(env: NodeJS.ProcessEnv = process.env) {
      const given: Record<string, string> = {};
      for (const name of Object.keys(shape)) {
        const value = env[name];
        if (value !== undefined && value !== '') given[name] = value;
      }
      const parsed = schema.safeParse(given);
      const faults = parsed.success ? [] : parsed.error.issues.map((issue) => faultOf(issue, given));
      if (isProduction(parsed.data ?? env)) faults.push(...placeholders(given));
      if (faults.length > 0) throw new ConfigError(service, faults);
      Object.assign(this, parsed.data);
      Object.freeze(this);
    }
  }
  return Config as unknown as new (env?: NodeJS.ProcessEnv) => Settings<S>;
}

/** Unless it says otherwise. */
function isProduction(settings: object): boolean {
  const { NODE_ENV: environment } = settings as { NODE_ENV?: string };
  return (environment || 'production') === 'production';
}

function faultOf(issue: z.core.$ZodIssue, given: Record<string, string>): string {
  const name = String(issue.path[0] ?? 'configuration');
  return given[name] === undefined ? `${name} is not set` : `${name}: ${issue.message}`;
}

function placeholders(given: Record<string, string>): string[] {
  return Object.entries(given)
    .filter(([, value]) => placeholder.test(value))
    .map(([name]) => `${name}: holds a placeholder, which production refuses`);
}
