import { describe, expect, it } from '@jest/globals';
import { looksLikeToken } from './token-like.js';

const rest = '01m7z9p21j05991hrs5jxe33xkpk1g04en5b';

describe('looksLikeToken', () => {
  it.each(['con', 'key', 'wid', 'inc', 'ssb'])('takes an id of ours (%s_…) for none', (prefix) => {
    expect(looksLikeToken(`${prefix}_${rest}`)).toBe(false);
  });

  it.each([rest, `xyz_${rest}`, 'ya29.short-but-known-beginning', `Bearer ${rest}`])(
    'takes %s for one',
    (text) => {
      expect(looksLikeToken(text)).toBe(true);
    },
  );
});
