import { z } from 'zod';

export const endpoints = [
  'authorization',
  'token',
  'userinfo',
  'introspection',
  'revocation',
  'jwks',
  'discovery',
  'device_authorization',
  'par',
  'registration',
  'api',
] as const;
export type Endpoint = (typeof endpoints)[number];

const id = z.string().min(1).max(64);
const milliseconds = z.int().min(0).max(600_000);
const when = z.enum(['before', 'after']).default('before');
const status = z.int().min(200).max(599);
const headers = z.record(z.string().regex(/^[a-z0-9-]+$/i), z.string().max(1000));

const scope = {
  id: id.optional(),
  endpoint: z.enum(endpoints),
  client: z.string().min(1).max(200).optional(),
  grant_type: z.string().min(1).max(100).optional(),
  /** How often it strikes; left out: until it is deleted. */
  times: z.int().min(1).max(1_000_000).optional(),
  /** How many matching requests pass first. */
  skip: z.int().min(0).max(1_000_000).default(0),
  /** Strikes the first of so many that match: 2 fails half the time. */
  every: z.int().min(1).max(1000).default(1),
};

const body = z.union([z.string().max(100_000), z.json()]);

/** A misbehaviour on demand. `before`: the request is never processed; `after`: it was processed and committed. */
export const fault = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...scope, kind: z.literal('latency'), milliseconds, when }),
    z.strictObject({
      ...scope,
      kind: z.literal('error'),
      status,
      body: body.optional(),
      content_type: z.string().max(200).optional(),
      headers: headers.optional(),
      when,
    }),
    z.strictObject({
      ...scope,
      kind: z.literal('throttled'),
      retry_after_seconds: z.int().min(0).max(86_400).default(1),
    }),
    z.strictObject({ ...scope, kind: z.literal('dropped_request') }),
    z.strictObject({ ...scope, kind: z.literal('lost_answer') }),
    z.strictObject({
      ...scope,
      kind: z.literal('garbage'),
      status: status.default(200),
      body: z.string().max(100_000).default('<!doctype html><title>Bad gateway</title>'),
    }),
    z.strictObject({
      ...scope,
      kind: z.literal('truncated_body'),
      /** How much of the body is sent; left out: half of it. */
      bytes: z.int().min(0).max(100_000).optional(),
      /** `reset`: the connection breaks in the middle; `clean`: the answer ends as if that were all. */
      ending: z.enum(['reset', 'clean']).default('reset'),
    }),
    z.strictObject({ ...scope, kind: z.literal('slow_body'), milliseconds }),
    z.strictObject({
      ...scope,
      kind: z.literal('wrong_content_type'),
      content_type: z.string().max(200).default('text/plain'),
    }),
    z.strictObject({ ...scope, kind: z.literal('wrong_nonce') }),
    z.strictObject({ ...scope, kind: z.literal('no_token') }),
  ])
  .meta({ id: 'Fault' });

export type Fault = z.infer<typeof fault> & { id: string };
export type FaultInput = z.infer<typeof fault>;
export const faultId = id;
