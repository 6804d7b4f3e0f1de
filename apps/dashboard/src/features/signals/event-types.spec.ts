import { defaultPolicies } from '../../../../revocation-audit/security-events/processing/event-types.js';
import { defaultActions, inOrder, ownPolicies } from './event-types.js';

const caep = 'https://schemas.openid.net/secevent/caep/event-type/';

describe('policies by event type', () => {
  it('knows the defaults of the service', () => {
    expect(defaultActions).toEqual(defaultPolicies);
  });

  it('sends no default as a stream’s own', () => {
    const own = { [`${caep}session-revoked`]: 'revoke', 'urn:acme:left': 'notify' };
    expect(ownPolicies({ ...defaultActions, ...own })).toEqual(own);
    expect(ownPolicies(defaultActions)).toEqual({});
  });

  it('lists a stream’s own types last', () => {
    expect(inOrder({ 'urn:acme:left': 'notify', ...defaultActions }).at(-1)).toBe('urn:acme:left');
  });
});
