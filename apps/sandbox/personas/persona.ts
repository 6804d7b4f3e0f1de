import { z } from 'zod';

/**
 * What spending a refresh token again does. `none`: it stays good; `A`: it kills the family; `B`: within a window another
 * child; `C`: within a window the same answer; `D`: within a window another child, and the earlier one dies; `E`: another
 * child, until a successor is used.
 */
export const rotationMode = z.enum(['none', 'A', 'B', 'C', 'D', 'E']);
export type RotationMode = z.infer<typeof rotationMode>;

const windowed = (mode: RotationMode): boolean => ['B', 'C', 'D'].includes(mode);
const flag = z.boolean().default(false);
const ttl = (seconds: number) => z.int().min(1).max(315_360_000).default(seconds);

export const personaQuirks = z
  .strictObject({
    offline_access_required: flag,
    omit_expires_in: flag,
    expires_in_as_string: flag,
    omit_token_type: flag,
    omit_scope: flag,
    omit_refresh_token_on_refresh: flag,
  })
  .meta({ id: 'PersonaQuirks' });

export const persona = z
  .strictObject({
    rotation: rotationMode.default('A'),
    /** The window of B, C and D, counted from the token's first use. */
    grace_seconds: z.int().min(0).max(86_400).default(0),
    access_token_ttl_seconds: ttl(3600),
    refresh_token_ttl_seconds: ttl(90 * 86_400),
    access_token_format: z.enum(['opaque', 'jwt']).default('opaque'),
    revocation: z.boolean().default(true),
    /** Says that a token is revoked, and leaves it alive. */
    ignores_revocation: flag,
    /** The access token dies as the refresh token that came with it is first spent. */
    kills_access_token_on_rotation: flag,
    /** Hands out a second pair of tokens, refreshed on its own: Slack's `authed_user`. */
    dual_tokens: flag,
    quirks: personaQuirks.prefault({}),
  })
  .superRefine(({ rotation, grace_seconds, kills_access_token_on_rotation }, context) => {
    const fault = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (windowed(rotation) && grace_seconds === 0)
      fault('grace_seconds', `mode ${rotation} needs its window: at least 1`);
    if (!windowed(rotation) && grace_seconds > 0)
      fault('grace_seconds', `mode ${rotation} has no window: it must be 0`);
    if (rotation === 'none' && kills_access_token_on_rotation)
      fault('kills_access_token_on_rotation', 'nothing rotates in mode none');
  })
  .meta({ id: 'Persona' });

/** How the sandbox treats one client: a kind of authorization server to try things on. */
export type Persona = z.infer<typeof persona>;

export const defaultPersonas: Readonly<Record<string, Persona>> = {
  default: persona.parse({}),
  'short-lived': persona.parse({ access_token_ttl_seconds: 20 }),
  jwt: persona.parse({ access_token_format: 'jwt', access_token_ttl_seconds: 600 }),
  'no-rotation': persona.parse({ rotation: 'none' }),
  strict: persona.parse({ rotation: 'A', kills_access_token_on_rotation: true }),
  'rotation-b': persona.parse({ rotation: 'B', grace_seconds: 30 }),
  'rotation-c': persona.parse({ rotation: 'C', grace_seconds: 30 }),
  'rotation-d': persona.parse({ rotation: 'D', grace_seconds: 30 }),
  'rotation-e': persona.parse({ rotation: 'E' }),
  'deaf-to-revocation': persona.parse({ rotation: 'none', ignores_revocation: true }),
  dual: persona.parse({ dual_tokens: true }),
};
