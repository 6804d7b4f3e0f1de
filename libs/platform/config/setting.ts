import { z } from 'zod';

const whole = /^\d{1,9}$/;

function urlOf(...protocols: string[]) {
  return z.string().refine(
    (text) => {
      if (!URL.canParse(text)) return false;
      return protocols.includes(new URL(text).protocol);
    },
    `must be a URL of ${protocols.join(' or ')}`,
  );
}

function origin() {
  return urlOf('http:', 'https:').refine((text) => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    return url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password;
  }, 'must be an origin: scheme, host and port only');
}

function number(what: string, check: (n: number) => boolean) {
  return z.string().regex(whole, `must be ${what}`).transform(Number).refine(check, `must be ${what}`);
}

/** The kinds of setting that services have; each reads one environment variable. */
export const setting = {
  text: () => z.string().trim().min(1),
  /** http(s)://host[:port], nothing behind it; without a trailing slash. */
  origin: () => origin().transform((text) => new URL(text).origin),
  /** An origin where browsers keep a session: https, or http://localhost, which browsers trust alike. */
  browserOrigin: () =>
    origin()
      .refine(
        (text) => text.startsWith('https:') || URL.parse(text)?.hostname === 'localhost',
        'must be https, or http://localhost',
      )
      .transform((text) => new URL(text).origin),
  url: () => urlOf('http:', 'https:'),
  postgresUrl: () => urlOf('postgres:', 'postgresql:'),
  redisUrl: () => urlOf('redis:', 'rediss:'),
  /** A path; that the file is there is checked by who reads it. */
  file: () => z.string().min(1),
  port: () => number('a port (0-65535)', (n) => n <= 65_535),
  positiveInteger: (byDefault?: number) => {
    const schema = number('a whole number above 0', (n) => n > 0);
    return byDefault === undefined ? schema : schema.default(byDefault);
  },
  /** 0 and up. */
  wholeNumber: (byDefault: number) => number('a whole number', () => true).default(byDefault),
  /** Comma-separated whole numbers above 0. */
  integers: (byDefault: number[]) =>
    z
      .string()
      .regex(/^\d{1,9}(,\d{1,9})*$/, 'must be whole numbers above 0, with commas between them')
      .transform((text) => text.split(',').map(Number))
      .refine((numbers) => numbers.every((n) => n > 0), 'must be whole numbers above 0')
      .default(byDefault),
  boolean: (byDefault: boolean) =>
    z
      .enum(['true', 'false'])
      .transform((text) => text === 'true')
      .default(byDefault),
  /** Comma-separated; empty unless set. */
  list: () =>
    z
      .string()
      .transform((text) =>
        text
          .split(',')
          .map((item) => item.trim())
          .filter((item) => item !== ''),
      )
      .default([]),
};

/** What every service is told. */
export const serviceSettings = {
  NODE_ENV: z.enum(['development', 'test', 'production']).default('production'),
  HOST: z.string().default('127.0.0.1'),
  PORT: setting.port().default(4000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** How long work in flight may take to finish after SIGTERM. */
  SHUTDOWN_TIMEOUT_SECONDS: setting.positiveInteger(30),
  /** Addresses and networks of the proxies in front, whose X-Forwarded-For is believed. */
  TRUSTED_PROXIES: setting.list(),
  /** Requests a minute of one API key, over all replicas. */
  RATE_LIMIT_PER_KEY: setting.positiveInteger(1_200_000),
  /** Requests a minute of one workspace, and of one address with credentials, over all replicas. Of IPv6 a /64 is one. */
  RATE_LIMIT_PER_WORKSPACE: setting.positiveInteger(2_400_000),
  RATE_LIMIT_PER_ADDRESS: setting.positiveInteger(2_400_000),
  /** Requests a minute of one address to what is open to strangers: connect links, callbacks, sign-in. */
  RATE_LIMIT_PUBLIC_PER_ADDRESS: setting.positiveInteger(60_000),
  /** Expensive work a minute of one workspace: requests that call a provider, and reads over much of it. */
  QUOTA_PROVIDER_CALLS: setting.positiveInteger(120_000),
  QUOTA_REPORTS: setting.positiveInteger(6_000),
  /** Refused credentials a minute from one address, over all replicas. */
  RATE_LIMIT_DENIED_PER_ADDRESS: setting.positiveInteger(300),
};

export type ServiceSettings = Readonly<z.infer<z.ZodObject<typeof serviceSettings>>>;
