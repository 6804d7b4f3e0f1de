import { tagFaults } from './tag-faults.js';

describe('a tag', () => {
  it('has a key without colon and a value', () => {
    expect(tagFaults({ key: 'team', value: 'red' }, ['tier'])).toEqual({});
    expect(Object.keys(tagFaults({ key: 'te:am', value: ' ' }, []))).toEqual(['key', 'value']);
  });

  it('is not added over one that is there', () => {
    expect(tagFaults({ key: ' team ', value: 'red' }, ['team']).key).toMatch(/already/);
  });
});
