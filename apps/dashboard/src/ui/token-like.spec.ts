import { kinds } from './object-place.js';
import { hasTokenForm, looksLikeToken, takeForId } from './token-like.js';

const id = (prefix: string) => `${prefix}_01m7z9p21j05991hrs5jxe33xkpk1g04en5b`;

describe('what looks like a token', () => {
  it.each(Object.keys(kinds))('is no id of ours: %s_…', (prefix) => {
    expect(looksLikeToken(id(prefix))).toBe(false);
  });

  it.each([
    'evg_Jx0kq3JYt7d1zHn5vBfM2sPwQe8RgUaKcLoTiVbXyZ4',
    'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
    'Bearer 1234567890',
    '"ya29.a0AfH6SMBx1234567890"',
    'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
    id('xyz'),
    '9f86d081884c7d659a2feaa0c55ad015',
    '00D5g000004XyZ1!AQEAQFx.0aB1cD2eF3gH4',
    'M.C507_BAY.0.U.-Cg!aB3dE*fG$$',
    'EwBwA8l6BAAUO9chh8cJscQLmU+LSWpbnr0vmwwAAQ',
    'Atza|IwEBIJ1aB2cD3eF4gH5',
    'Atzr|IwEBIJ1aB2cD3eF4gH5',
    '6Gk}1<aB&2cD(3eF)4gH*5iJ^6kL%7mN$',
    '{"access_token":"9f86d081884c7d65"}',
    'Authorization: Bearer 1234567890',
    'https://platform.example/back#access_token=a1b2c3d4e5&state=1',
    'team:ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  ])('is one: %s', (text) => {
    expect(looksLikeToken(text)).toBe(true);
  });

  it.each([
    'ada',
    'ada.lovelace.of.the.analytical.engine1@example.com',
    '0b0f7c3a-8f0e-4a53-9a52-5a6d3b1e9c11',
    'user_2NNEqL2nrIRdJ194ndJqAHwEfxC',
    'https://www.googleapis.com/auth/calendar.events.readonly',
    'two words of more than twenty letters 1',
    'auth0|5f7c8ec7c33c6c004bbafe82-and-more',
    'urn:uuid:0b0f7c3a-8f0e-4a53-9a52-5a6d3b1e9c11',
    'subscription:0b0f7c3a8f0e4a539a525a6d3b1e9c11',
    'xoxo-the-greatest-sender-1@example.com',
    'a bearer of two words',
  ])('is none: %s', (text) => {
    expect(looksLikeToken(text)).toBe(false);
  });

  it('is an id once somebody took it for one, if it is of no known form', () => {
    const hash = 'b5bb9d8014a0f9b1d61e21e796d78dcc';
    expect(looksLikeToken(hash)).toBe(true);
    takeForId(` ${hash}`);
    expect(looksLikeToken(hash)).toBe(false);
    expect([hasTokenForm(hash), hasTokenForm('"ya29.a0AfH6SMBx1234567890"')]).toEqual([false, true]);
  });
});
