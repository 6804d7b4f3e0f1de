import { kinds } from './object-place.js';
import { looksLikeToken } from './token-like.js';

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
  ])('is none: %s', (text) => {
    expect(looksLikeToken(text)).toBe(false);
  });
});
