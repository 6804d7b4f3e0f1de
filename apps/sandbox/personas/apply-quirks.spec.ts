import { applyQuirks } from './apply-quirks.js';
import { persona } from './persona.js';

const answer = {
  access_token: 'a',
  refresh_token: 'r',
  expires_in: 20,
  token_type: 'Bearer',
  scope: 'profile',
};
const worded = (quirks: object, grantType = 'refresh_token') =>
  applyQuirks(answer, persona.parse({ quirks }).quirks, grantType);

describe('quirks', () => {
  it('leave the answer alone by default', () => {
    expect(worded({})).toEqual(answer);
  });

  it('leave out or reword single members', () => {
    expect(worded({ omit_expires_in: true, expires_in_as_string: true })).not.toHaveProperty('expires_in');
    expect(worded({ expires_in_as_string: true })).toHaveProperty('expires_in', '20');
    expect(worded({ omit_token_type: true, omit_scope: true })).toEqual({
      access_token: 'a',
      refresh_token: 'r',
      expires_in: 20,
    });
  });

  it('leave the refresh token out of refreshes only', () => {
    expect(worded({ omit_refresh_token_on_refresh: true })).not.toHaveProperty('refresh_token');
    expect(worded({ omit_refresh_token_on_refresh: true }, 'authorization_code')).toEqual(answer);
  });
});
