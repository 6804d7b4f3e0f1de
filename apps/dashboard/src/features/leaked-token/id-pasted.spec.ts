import { idPasted } from './id-pasted.js';
import type { TokenResult } from './leaked-token.query.js';

const unknown = { index: 0, found: false } as TokenResult;
const hash = '9f86d081884c7d659a2feaa0c55ad015';

describe('what may be an id after all', () => {
  it('is the one value that is no token of ours', () => {
    expect(idPasted([hash], [unknown])).toBe(hash);
    expect(idPasted([hash], [{ ...unknown, found: true }])).toBeUndefined();
    expect(idPasted([hash, hash], [unknown, unknown])).toBeUndefined();
  });

  it('is no token of somebody else’s, and nothing that an id cannot be', () => {
    expect(idPasted(['ghp_16C7e42F292c6912E7710c838347Ae178B4a'], [unknown])).toBeUndefined();
    expect(idPasted([`leaked: ${hash}`], [unknown])).toBeUndefined();
    expect(idPasted(['a'.repeat(201)], [unknown])).toBeUndefined();
  });
});
