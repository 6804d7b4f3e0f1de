import { z } from 'zod';
import type { RevocationReach, RevocationRules } from '#oauth';
import type { ResolvedProvider } from './resolved-provider.js';

/** What can be done at a provider about a grant that is to end; said before anybody asks for it. */
export const revocationSupportSchema = z.strictObject({
  supported: z.boolean().describe('Whether the provider can be told.'),
  kills: z
    .enum(['token', 'grant', 'user_grants'])
    .nullable()
    .describe(
      'What revoking one token ends: it alone, its grant, or every grant that the user gave this client. Of the last, the provider is not told while the user has a newer grant.',
    ),
  verified_by: z
    .enum(['introspection', 'userinfo', 'refresh', 'none'])
    .describe('How it is found out that the tokens are dead. `refresh`: by one that must fail.'),
});

export type RevocationSupport = z.infer<typeof revocationSupportSchema>;

interface Known {
  reach: RevocationReach | undefined;
  introspection: boolean;
  userinfo: boolean;
}

export function revocationSupport({ reach, introspection, userinfo }: Known): RevocationSupport {
  if (reach === undefined) return { supported: false, kills: null, verified_by: 'none' };
  const asked = introspection ? 'introspection' : 'refresh';
  // UserInfo knows access tokens alone: it says something of a refresh token only where both die together.
  const verified_by = !introspection && userinfo && reach !== 'token' ? 'userinfo' : asked;
  return { supported: true, kills: reach, verified_by };
}

/** With an integration's settings. `renewable`: there is a refresh token that could be tried. */
export function supportOf(provider: ResolvedProvider | undefined, renewable: boolean): RevocationSupport {
  const rules: RevocationRules | null | undefined = provider?.revocation;
  const support = revocationSupport({
    reach: rules?.reach,
    introspection: provider?.introspection ?? false,
    userinfo: provider?.server.endpoints.userinfo !== undefined,
  });
  return support.verified_by === 'refresh' && !renewable ? { ...support, verified_by: 'none' } : support;
}
