import { t } from '../../messages/index.js';

export type EventAction = 'freeze' | 'revoke' | 'notify';

const caep = 'https://schemas.openid.net/secevent/caep/event-type/';
const risc = 'https://schemas.openid.net/secevent/risc/event-type/';
const oauth = 'https://schemas.openid.net/secevent/oauth/event-type/';

/**
 * What the service does where a stream does not say. An answer shows only what holds, and a change replaces all that a
 * stream says: so that defaults stay defaults, what equals one is not sent. A test compares this with the service.
 */
export const defaultActions: Readonly<Record<string, EventAction>> = {
  [`${risc}account-disabled`]: 'revoke',
  [`${risc}account-purged`]: 'revoke',
  [`${risc}credential-compromise`]: 'revoke',
  [`${oauth}tokens-revoked`]: 'revoke',
  [`${caep}session-revoked`]: 'freeze',
  [`${risc}sessions-revoked`]: 'freeze',
  [`${caep}credential-change`]: 'freeze',
  [`${risc}account-credential-change-required`]: 'freeze',
  [`${risc}identifier-recycled`]: 'freeze',
  [`${oauth}token-revoked`]: 'notify',
  [`${caep}risk-level-change`]: 'notify',
  [`${caep}assurance-level-change`]: 'notify',
  [`${caep}device-compliance-change`]: 'notify',
  [`${caep}token-claims-change`]: 'notify',
  [`${caep}session-established`]: 'notify',
  [`${caep}session-presented`]: 'notify',
  [`${risc}account-enabled`]: 'notify',
  [`${risc}identifier-changed`]: 'notify',
  [`${risc}recovery-activated`]: 'notify',
  [`${risc}recovery-information-changed`]: 'notify',
  [`${risc}opt-in`]: 'notify',
  [`${risc}opt-out-initiated`]: 'notify',
  [`${risc}opt-out-cancelled`]: 'notify',
  [`${risc}opt-out-effective`]: 'notify',
};

/** `Session revoked`; of an unknown type the last part of its URI. */
export function eventWords(type: string): string {
  const last = type.split(/[/:]/).at(-1) ?? type;
  return Object.hasOwn(t.signals.events, last) ? t.signals.events[last]! : last.replaceAll('-', ' ');
}

/** `CAEP`, `RISC`, …: whose event it is. */
export function familyOf(type: string): string {
  const [, family] = /^https:\/\/schemas\.openid\.net\/secevent\/([a-z]+)\//.exec(type) ?? [];
  return family?.toUpperCase() ?? type;
}

/** Types in the order of the list above, then the stream's own. */
export function inOrder(policies: Readonly<Record<string, string>>): string[] {
  const known = Object.keys(defaultActions).filter((type) => type in policies);
  return [...known, ...Object.keys(policies).filter((type) => !(type in defaultActions))];
}

/** What a stream says itself. */
export function ownPolicies(policies: Readonly<Record<string, string>>): Record<string, EventAction> {
  return Object.fromEntries(
    Object.entries(policies).filter(([type, action]) => defaultActions[type] !== action),
  ) as Record<string, EventAction>;
}
