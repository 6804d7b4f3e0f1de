import { actionWords, askedAction, effectWords } from './asked-action.js';

const subject = { type: 'revocation', id: 'rev_1' };

describe('what an approval asks for', () => {
  it('names the person where the name is known, else the id', () => {
    const content = { person: 'per_1', role: 'admin', from: 'viewer' };
    const asked = askedAction({ action: 'member.role_raise', content, subject });
    expect(actionWords(asked, 'Ada')).toContain('Ada');
    expect(actionWords(asked)).toContain('per_1');
    expect(effectWords(asked, 'Ada')).toContain('Viewer');
  });

  it('counts what a revocation hits', () => {
    const content = { selector: { provider: 'google' }, targets: 1212, targets_hash: 'x' };
    const asked = askedAction({ action: 'revocation.run', content, subject });
    expect(asked).toMatchObject({ kind: 'revoke', revocation: 'rev_1' });
    expect(actionWords(asked)).toContain('1,212');
  });

  it.each([
    { action: 'key.export', content: {} },
    { action: 'revocation.run', content: { selector: null, targets: 3 } },
    { action: 'member.role_raise', content: { person: 7 } },
  ])('says the bare action where the content is not what it knows', ({ action, content }) => {
    expect(actionWords(askedAction({ action, content, subject }))).toBe(action);
  });
});
