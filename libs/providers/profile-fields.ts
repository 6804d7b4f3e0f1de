import { failureClasses, lifetimeForms } from '#oauth';
import { z } from 'zod';

export const pointer = z.string().regex(/^(\/([^~/]|~[01])*)*$/, 'must be a JSON pointer (RFC 6901)');
export const pointers = z.array(pointer).min(1).max(10);
export const scopeSeparator = z.enum([' ', ',', '+']);
export const parameters = z.record(z.string().regex(/^[\w.-]{1,64}$/), z.string().max(512));
const seconds = z
  .int()
  .min(1)
  .max(10 * 365 * 86_400);
const httpStatus = z.int().min(200).max(599);
const success = z.strictObject({ pointer, equals: z.union([z.string(), z.number(), z.boolean()]) });
const failureClass = z.enum(failureClasses).exclude(['AMBIGUOUS']);

/** One provider field of an integration: what fills `{name}` in the templates. */
export const settingField = z.strictObject({
  label: z.string().min(1).max(100),
  description: z.string().max(500).optional(),
  /** For the whole value. It goes into a host or a path, so it can hold nothing that ends either. */
  pattern: z.string().min(1).max(300).refine(isPattern, 'must be a regular expression'),
  example: z.string().max(200).optional(),
  default: z.string().max(200).optional(),
});

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

const tokenFieldNames = [
  'access_token',
  'refresh_token',
  'token_type',
  'scope',
  'expires_in',
  'refresh_token_expires_in',
  'id_token',
] as const;

export const tokensSchema = z.strictObject({
  encoding: z.enum(['json', 'form', 'auto']).default('auto'),
  success: success.nullable().default(null),
  fields: z.partialRecord(z.enum(tokenFieldNames), pointers).default({}),
  slots: z
    .array(z.strictObject({ slot: z.string().regex(/^[a-z][a-z0-9_]{0,31}$/), at: pointer }))
    .min(1)
    .max(5)
    .default([{ slot: 'default', at: '' }]),
  token_type: z
    .strictObject({
      fallback: z.string().min(1).max(32).nullable().default('Bearer'),
      aliases: z.record(z.string().regex(/^[a-z0-9_-]{1,32}$/), z.string().min(1).max(32)).default({}),
    })
    .prefault({}),
  scope_separator: scopeSeparator.default(' '),
  expires_in: z
    .strictObject({
      form: z.enum(lifetimeForms).default('auto'),
      default_seconds: seconds.nullable().default(null),
      min_seconds: seconds.default(60),
      max_seconds: seconds.default(400 * 86_400),
      jwt: z.boolean().default(true),
    })
    .prefault({}),
  capture: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,31}$/), pointer).default({}),
});

export const refreshTokenSchema = z.strictObject({
  absolute_seconds: seconds.optional(),
  idle_seconds: seconds.optional(),
  extends_on_use: z.boolean().default(true),
});

export const errorsSchema = z.strictObject({
  code_at: pointers.optional(),
  codes: z.record(z.string().min(1).max(64), failureClass).default({}),
  patterns: z
    .array(
      z.strictObject({
        status: httpStatus.optional(),
        code: z.string().max(64).optional(),
        body_includes: z.string().min(3).max(200).optional(),
        class: failureClass,
      }),
    )
    .max(50)
    .default([]),
  /** What the server says where it saw a refresh token that had been used before. */
  reuse: z
    .array(z.strictObject({ code: z.string().max(64), body_includes: z.string().min(3).max(200) }))
    .max(20)
    .default([]),
});

export const revocationSchema = z.strictObject({
  shape: z.enum(['rfc7009', 'own']).default('rfc7009'),
  method: z.enum(['POST', 'DELETE']).default('POST'),
  token_in: z.enum(['form', 'json', 'path', 'bearer']).default('form'),
  parameter: z
    .string()
    .regex(/^\w{1,64}$/)
    .default('token'),
  authentication: z.enum(['basic', 'none']).default('basic'),
  tokens: z
    .array(z.enum(['refresh_token', 'access_token']))
    .min(1)
    .max(2)
    .default(['refresh_token', 'access_token']),
  /** What revoking one token ends. */
  kills: z.enum(['token', 'grant', 'user_grants']),
  success: success.nullable().default(null),
  error_codes: pointers.default(['/error']),
  gone_codes: z.array(z.string().max(64)).max(20).default(['invalid_token']),
  gone_statuses: z.array(httpStatus).max(10).default([]),
});

export const limitsSchema = z.strictObject({
  concurrency: z.int().min(1).max(1000).optional(),
  requests_per_second: z.number().positive().max(10_000).optional(),
  /** A new consent beyond these kills an older connection of the same user. */
  refresh_tokens_per_user: z.int().min(1).max(10_000).optional(),
});
