import { clientAuthMethods } from '#oauth';
import { z } from 'zod';
import { checkProfile } from './check-profile.js';
import {
  errorsSchema,
  limitsSchema,
  parameters,
  refreshTokenSchema,
  revocationSchema,
  scopeSeparator,
  settingField,
  tokensSchema,
} from './profile-fields.js';
import { type ProfileFault, faultsOf } from './provider-error.js';
import { rotationSchema } from './rotation-schema.js';

/** An https URL that may hold `{setting}`s, and `{origin}` in place of scheme and host (the sandbox's). */
const template = z
  .string()
  .max(500)
  .regex(/^(https:\/\/|\{origin\})[^\s#?@\\]*$/, 'must be an https URL without query or fragment');
const algorithms = z.array(z.string().regex(/^(RS|PS|ES)(256|384|512)$|^EdDSA$|^Ed25519$/)).min(1);

const authorizationSchema = z.strictObject({
  scope_separator: scopeSeparator.default(' '),
  always_scopes: z.array(z.string().min(1).max(200)).max(20).default([]),
  prefixed_scopes: z
    .array(z.strictObject({ prefix: z.string().min(1).max(32), parameter: z.string().min(1).max(64) }))
    .max(5)
    .default([]),
  parameters: parameters.default({}),
  parameters_by_scope: z.record(z.string(), parameters).default({}),
  /** Switched off only with a reason. */
  pkce: z
    .strictObject({ use: z.enum(['off', 'on', 'demanded']), reason: z.string().min(10).max(300).optional() })
    .default({ use: 'on' }),
  resource: z.boolean().default(false),
  rename: z.record(z.string(), z.string().regex(/^\w{1,64}$/)).default({}),
  capture: z
    .array(z.string().regex(/^[\w.-]{1,64}$/))
    .max(10)
    .default([]),
  refresh_token_expected: z.boolean().default(false),
});

/** Everything that Evergrant knows of one kind of authorization server: data, no code. */
export const profileSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/),
    name: z.string().min(1).max(80),
    docs_url: z.url({ protocol: /^https$/ }).nullable(),
    /** Where the facts come from. */
    source: z.array(z.string().min(3).max(300)).min(1),
    verified_at: z.iso.date(),
    confidence: z.enum(['documented', 'reported', 'assumed']),
    /** Whose server it is: the provider's one, one that each integration names, or the sandbox. */
    server: z.enum(['fixed', 'integration', 'sandbox']).default('fixed'),
    settings: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,31}$/), settingField).default({}),
    issuer: template.nullable().default(null),
    /** The setting that, holding a GUID, stands for `{tenantid}` in the issuer (Entra). */
    issuer_pinned_by: z.string().optional(),
    /** RFC 9207: the server puts `iss` into every authorization response. */
    issuer_in_response: z.boolean().default(false),
    endpoints: z
      .strictObject({
        authorization: template,
        token: template,
        refresh: template,
        revocation: template,
        introspection: template,
        jwks: template,
        userinfo: template,
      })
      .partial()
      .default({}),
    openid: z.boolean().default(false),
    id_token_algorithms: algorithms.default(['RS256']),
    client_authentication: z.strictObject({
      /** The first is the default. */
      methods: z.array(z.enum(clientAuthMethods)).min(1).max(4),
      basic_encoding: z.enum(['form', 'raw']).default('form'),
    }),
    request: z
      .strictObject({
        body: z.enum(['form', 'json', 'query']).default('form'),
        rename: z.record(z.string(), z.string().regex(/^\w{1,64}$/)).default({}),
      })
      .prefault({}),
    authorization: authorizationSchema.prefault({}),
    tokens: tokensSchema.prefault({}),
    rotation: rotationSchema,
    refresh_token: refreshTokenSchema.prefault({}),
    errors: errorsSchema.prefault({}),
    revocation: revocationSchema.nullable(),
    limits: limitsSchema.default({}),
  })
  .superRefine(checkProfile);

export type ProviderProfile = z.output<typeof profileSchema>;
export type ProfileInput = z.input<typeof profileSchema>;

/** Reads a profile; nonsense is refused, each fault with its JSON pointer. */
export function parseProfile(
  input: unknown,
): { ok: true; profile: ProviderProfile } | { ok: false; faults: ProfileFault[] } {
  const result = profileSchema.safeParse(input);
  return result.success ? { ok: true, profile: result.data } : { ok: false, faults: faultsOf(result.error) };
}
