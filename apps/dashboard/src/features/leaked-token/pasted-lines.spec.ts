import { pastedLines } from './pasted-lines.js';

describe('what was pasted', () => {
  it('is one value a line, without the blank ones', () => {
    expect(pastedLines(' a \r\n\n  Bearer b\n')).toEqual({ kind: 'tokens', tokens: ['a', 'Bearer b'] });
    expect(pastedLines(' \n ')).toEqual({ kind: 'nothing' });
  });

  it('is refused above 10,000 values, and where one is too long, by its place alone', () => {
    expect(pastedLines('a\n'.repeat(10_000)).kind).toBe('tokens');
    expect(pastedLines('a\n'.repeat(10_001))).toEqual({ kind: 'many', count: 10_001 });
    expect(pastedLines(`a\n${'b'.repeat(20_001)}`)).toEqual({ kind: 'long', line: 2 });
  });
});
