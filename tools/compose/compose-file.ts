import { parse } from 'yaml';

export interface ComposeService {
  image?: string;
  command?: string[];
  environment?: Record<string, string | number>;
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  healthcheck?: { test?: string[]; disable?: boolean };
  volumes?: string[];
  ports?: string[];
  networks?: string[];
  network_mode?: string;
  profiles?: string[];
  secrets?: string[];
  depends_on?: Record<string, { condition: string }>;
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
  networks: Record<string, { internal?: boolean } | null>;
  secrets: Record<string, { file: string }>;
}

/** Reads a Compose file; merge keys are resolved, variables are not. */
export function readComposeFile(source: string): ComposeFile {
  return parse(source, { merge: true }) as ComposeFile;
}

const variable = /\$(?:(\$)|\{(\w+)(?:(:?[-?])([^}]*))?\})/g;

/** Fills variables in as Compose does: `${A}`, `${A:-otherwise}`, `${A:?message}`, `$$`. */
export function interpolate(source: string, env: Readonly<Record<string, string>>): string {
  return source.replace(
    variable,
    (_whole, dollar, name: string, operator: string | undefined, operand: string) => {
      if (dollar) return '$';
      const value = env[name];
      if (value !== undefined && (value !== '' || !operator?.startsWith(':'))) return value;
      if (operator?.endsWith('?')) throw new Error(`${name}: ${operand}`);
      return operator ? operand : '';
    },
  );
}

/** The names of the variables that a Compose file asks for. */
export function variablesOf(source: string): Set<string> {
  return new Set([...source.matchAll(variable)].flatMap(([, , name]) => (name ? [name] : [])));
}
