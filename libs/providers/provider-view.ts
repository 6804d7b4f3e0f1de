import { effectiveRotation, rotationModes } from '#oauth';
import { z } from 'zod';
import { revocationSupport, revocationSupportSchema } from './revocation-support.js';
import { rotationRules } from './rules-of-profile.js';
import type { ProviderProfile } from './profile-schema.js';

/** A provider as the API shows it. */
export const providerViewSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    docs_url: z.string().nullable(),
    openid: z.boolean(),
    token_endpoint_auth_methods: z.array(z.string()).describe('The first is the default.'),
    scope_separator: z.string(),
    pkce: z.boolean(),
    pkce_off_reason: z.string().nullable(),
    rotation: z.strictObject({
      mode: z.enum([...rotationModes, 'unknown']),
      effective_mode: z.enum(rotationModes).describe('What is reckoned with: unknown counts as A.'),
      grace_seconds: z.int().nullable(),
      kills_access_token_on_rotation: z.boolean(),
    }),
    refresh_token: z.strictObject({
      absolute_seconds: z.int().nullable(),
      idle_seconds: z.int().nullable(),
    }),
    slots: z.array(z.string()),
    revocation: revocationSupportSchema.describe(
      "By the profile alone. An integration's settings may say more: a connection's own is exact.",
    ),
    introspection: z.boolean(),
    refresh_tokens_per_user: z.int().nullable(),
    settings: z
      .array(
        z.strictObject({
          name: z.string(),
          label: z.string(),
          description: z.string().nullable(),
          required: z.boolean(),
          pattern: z.string(),
          example: z.string().nullable(),
        }),
      )
      .describe('Provider fields of an integration.'),
    source: z.array(z.string()),
    verified_at: z.string(),
    confidence: z.enum(['documented', 'reported', 'assumed']),
  })
  .meta({ id: 'Provider' });

export type ProviderView = z.infer<typeof providerViewSchema>;

export function providerView(profile: ProviderProfile): ProviderView {
  const { authorization, rotation, refresh_token, revocation, limits } = profile;
  const { pkce } = authorization;
  return {
    id: profile.id,
    name: profile.name,
    docs_url: profile.docs_url,
    openid: profile.openid,
    token_endpoint_auth_methods: profile.client_authentication.methods,
    scope_separator: authorization.scope_separator,
    pkce: pkce.use !== 'off',
    pkce_off_reason: (pkce.use === 'off' ? pkce.reason : undefined) ?? null,
    rotation: {
      mode: rotation.mode,
      effective_mode: effectiveRotation(rotationRules(rotation)).mode,
      grace_seconds: rotation.grace_seconds ?? null,
      kills_access_token_on_rotation: rotation.kills_access_token_on_rotation,
    },
    refresh_token: {
      absolute_seconds: refresh_token.absolute_seconds ?? null,
      idle_seconds: refresh_token.idle_seconds ?? null,
    },
    slots: profile.tokens.slots.map(({ slot }) => slot),
    revocation: revocationSupport({
      reach: revocation?.kills,
      introspection: profile.endpoints.introspection !== undefined,
      userinfo: profile.endpoints.userinfo !== undefined,
    }),
    introspection: profile.endpoints.introspection !== undefined,
    refresh_tokens_per_user: limits.refresh_tokens_per_user ?? null,
    settings: settingsView(profile),
    source: profile.source,
    verified_at: profile.verified_at,
    confidence: profile.confidence,
  };
}

function settingsView({ settings }: ProviderProfile): ProviderView['settings'] {
  return Object.entries(settings).map(([name, field]) => ({
    name,
    label: field.label,
    description: field.description ?? null,
    required: field.default === undefined,
    pattern: field.pattern,
    example: field.example ?? null,
  }));
}
