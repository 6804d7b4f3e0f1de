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
  unsupported_because: z
    .enum(['provider_has_no_revocation', 'no_token', 'would_revoke_another_grant'])
    .nullable()
    .describe(
      'Why it cannot be told, in the words of `last_error` afterwards. Of a connection, also: the provider takes no token that it has, or telling it would end a grant that the same user gave besides.',
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
  if (reach === undefined) return unsupported('provider_has_no_revocation');
  const asked = introspection ? 'introspection' : 'refresh';
  // UserInfo knows access tokens alone: it says something of a refresh token only where both die together.
  const verified_by = !introspection && userinfo && reach !== 'token' ? 'userinfo' : asked;
  return { supported: true, kills: reach, unsupported_because: null, verified_by };
}

/** What decides of one connection. */
export interface RevocableGrant {
  /** There is a refresh token: it can be revoked, and tried afterwards. */
  renewable: boolean;
  /** The same user has another living connection at the integration. */
  hasOtherGrant: boolean;
}

/** With an integration's settings. */
export function supportOf(
  provider: ResolvedProvider | undefined,
  { renewable, hasOtherGrant }: RevocableGrant,
): RevocationSupport {
  const rules: RevocationRules | null | undefined = provider?.revocation;
  const support = revocationSupport({
    reach: rules?.reach,
    introspection: provider?.introspection ?? false,
    userinfo: provider?.server.endpoints.userinfo !== undefined,
  });
  if (rules && !takesTokenOf(rules, renewable)) return unsupported('no_token');
  if (support.kills === 'user_grants' && hasOtherGrant)
    return unsupported('would_revoke_another_grant', support.kills);
  return support.verified_by === 'refresh' && !renewable ? { ...support, verified_by: 'none' } : support;
}

/** Whether the provider revokes a token of a kind that there is. */
export function takesTokenOf({ tokens }: RevocationRules, renewable: boolean): boolean {
  return renewable || tokens.includes('access_token');
}

function unsupported(
  unsupported_because: RevocationSupport['unsupported_because'],
  kills: RevocationSupport['kills'] = null,
): RevocationSupport {
  return { supported: false, kills, unsupported_because, verified_by: 'none' };
}
