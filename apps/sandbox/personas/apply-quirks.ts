import type { Persona } from './persona.js';

/** A token answer as this persona words it. */
export function applyQuirks(
  answer: Readonly<Record<string, unknown>>,
  quirks: Persona['quirks'],
  grantType: string | undefined,
): Record<string, unknown> {
  const worded = { ...answer };
  if (quirks.omit_expires_in) delete worded['expires_in'];
  if (quirks.expires_in_as_string && 'expires_in' in worded)
    worded['expires_in'] = String(worded['expires_in']);
  if (quirks.omit_token_type) delete worded['token_type'];
  if (quirks.omit_scope) delete worded['scope'];
  if (quirks.omit_refresh_token_on_refresh && grantType === 'refresh_token') delete worded['refresh_token'];
  const second = worded['authed_user'];
  if (typeof second === 'object' && second !== null)
    worded['authed_user'] = applyQuirks({ ...second }, quirks, grantType);
  return worded;
}
