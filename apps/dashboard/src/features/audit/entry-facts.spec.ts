import { otherFactsOf, reasonOf, touchedBy } from './entry-facts.js';

const id = (prefix: string) => `${prefix}_01m7z9p21j05991hrs5jxe33xkpk1g04en5b`;
const subject = { type: 'connection', id: id('con') };

describe('what an entry says', () => {
  it('finds the reason, whether somebody typed it or a service has a code', () => {
    expect(reasonOf({ detail: { reason: 'left the firm' } })).toEqual({ text: 'left the firm' });
    expect(reasonOf({ detail: { reason: { code: 'invalid_grant', httpStatus: 400 } } })).toMatchObject({
      code: 'invalid_grant',
      httpStatus: 400,
    });
    expect(reasonOf({ detail: null })).toEqual({});
  });

  it('lists what was touched once, the subject first', () => {
    const detail = { revocation: id('rev'), more: [id('con'), { by: id('apr') }], words: 'con_ of nobody' };
    expect(touchedBy({ subject, detail }).map(({ kind }) => kind)).toEqual([
      'connection',
      'revocation',
      'approval',
    ]);
  });

  it('says nothing twice', () => {
    expect(otherFactsOf({ detail: { reason: 'x', from: 'a', to: 'b', limits: { concurrency: 2 } } })).toEqual(
      [['limits.concurrency', 2]],
    );
  });
});
