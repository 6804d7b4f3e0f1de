import type { SecurityEventAction } from '#storage';

const caep = 'https://schemas.openid.net/secevent/caep/event-type/';
const risc = 'https://schemas.openid.net/secevent/risc/event-type/';
const oauth = 'https://schemas.openid.net/secevent/oauth/event-type/';
const ssf = 'https://schemas.openid.net/secevent/ssf/event-type/';

/** Events about the stream itself (SSF 1.0 8.1.4, 8.1.5); the last one is Google's. */
export const verificationTypes: readonly string[] = [`${ssf}verification`, `${risc}verification`];
export const streamUpdatedType = `${ssf}stream-updated`;

/** What a global token revocation is stored as: no SET has it, and no policy softens it. */
export const globalTokenRevocationType = 'urn:evergrant:event-type:global-token-revocation';

/**
 * What is done where the stream does not say. The account or its credentials are gone or in somebody else's hands, or
 * its tokens were revoked: `revoke`. Something happened that a human should look at before more is served: `freeze`,
 * which takes nothing away. Everything else is told of.
 */
export const defaultPolicies: Readonly<Record<string, SecurityEventAction>> = {
  [`${caep}session-revoked`]: 'freeze',
  [`${caep}credential-change`]: 'freeze',
  [`${caep}token-claims-change`]: 'notify',
  [`${caep}assurance-level-change`]: 'notify',
  [`${caep}device-compliance-change`]: 'notify',
  [`${caep}session-established`]: 'notify',
  [`${caep}session-presented`]: 'notify',
  [`${caep}risk-level-change`]: 'notify',
  [`${risc}account-credential-change-required`]: 'freeze',
  [`${risc}account-purged`]: 'revoke',
  [`${risc}account-disabled`]: 'revoke',
  [`${risc}account-enabled`]: 'notify',
  [`${risc}identifier-changed`]: 'notify',
  // The address is another person's now: what is connected under it is not theirs.
  [`${risc}identifier-recycled`]: 'freeze',
  [`${risc}credential-compromise`]: 'revoke',
  [`${risc}opt-in`]: 'notify',
  [`${risc}opt-out-initiated`]: 'notify',
  [`${risc}opt-out-cancelled`]: 'notify',
  [`${risc}opt-out-effective`]: 'notify',
  [`${risc}recovery-activated`]: 'notify',
  [`${risc}recovery-information-changed`]: 'notify',
  [`${risc}sessions-revoked`]: 'freeze',
  [`${oauth}tokens-revoked`]: 'revoke',
  [`${oauth}token-revoked`]: 'notify',
};

const addsCredential = ({ change_type }: Readonly<Record<string, unknown>>) => change_type === 'create';

/** One more way to sign in is no reason to stop what works; a changed or removed one may be. */
export function defaultPolicyOf(
  type: string,
  payload: Readonly<Record<string, unknown>>,
): SecurityEventAction {
  if (type === globalTokenRevocationType) return 'revoke';
  if (type === `${caep}credential-change` && addsCredential(payload)) return 'notify';
  return (Object.hasOwn(defaultPolicies, type) ? defaultPolicies[type] : undefined) ?? 'notify';
}
