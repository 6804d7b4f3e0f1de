import { preferencesSchema } from '../../../admin/preferences/preferences.view.js';
import { defaultPreferences, preferencesIn, withHidden } from './preferences.js';

describe('preferences', () => {
  it('are, without a choice, what the API says', () => {
    expect(preferencesSchema.parse({})).toEqual(defaultPreferences);
  });

  it('hide columns by list, of no more lists than the API keeps', () => {
    const one = withHidden(defaultPreferences, 'Audit', ['actor']);
    expect(one.hidden_columns).toEqual({ Audit: ['actor'] });
    expect(withHidden(one, 'Audit', [])).toEqual(defaultPreferences);
    let many = one;
    for (let nth = 0; nth < 50; nth++) many = withHidden(many, `List ${nth}`, ['id']);
    expect(preferencesSchema.parse(many)).toEqual(many);
    expect(Object.keys(many.hidden_columns)).not.toContain('Audit');
  });

  it('are read from what the browser kept as far as they can be', () => {
    const chosen = { ...defaultPreferences, density: 'compact' as const };
    expect(preferencesIn(JSON.stringify(chosen))).toEqual(chosen);
    expect(
      preferencesIn('{"density":1,"letter_shortcuts":false,"font":"comic","hidden_columns":null}'),
    ).toEqual({
      ...defaultPreferences,
      letter_shortcuts: false,
    });
    expect([null, '', '[', '"x"'].map(preferencesIn)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
