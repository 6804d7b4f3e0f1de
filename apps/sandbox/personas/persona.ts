import { z } from 'zod';

/** What spending a replaced refresh token does. `none`: tokens are not replaced; `A`: it kills the whole family. */
export const rotationMode = z.enum(['none', 'A']);

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
    grace_seconds: z.int().min(0).max(86_400).default(0),
    access_token_ttl_seconds: ttl(3600),
    refresh_token_ttl_seconds: ttl(90 * 86_400),
    access_token_format: z.enum(['opaque', 'jwt']).default('opaque'),
    revocation: z.boolean().default(true),
    kills_access_token_on_rotation: flag,
    quirks: personaQuirks.prefault({}),
  })
  .refine(({ grace_seconds }) => grace_seconds === 0, {
    path: ['grace_seconds'],
    message: 'modes none and A have no grace period: it must be 0',
  })
  .meta({ id: 'Persona' });

/** How the sandbox treats one client: a kind of authorization server to try things on. */
export type Persona = z.infer<typeof persona>;

export const defaultPersonas: Readonly<Record<string, Persona>> = {
  default: persona.parse({}),
  'short-lived': persona.parse({ access_token_ttl_seconds: 20 }),
  jwt: persona.parse({ access_token_format: 'jwt', access_token_ttl_seconds: 600 }),
  'no-rotation': persona.parse({ rotation: 'none' }),
};
