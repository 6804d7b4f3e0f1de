import {
  changeTags,
  connectionTagsSchema,
  tagChangesSchema,
  tagQuerySchema,
  tagsOfQuery,
} from './connection-tags.js';

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));

describe('tags of a connection', () => {
  it.each([
    ['20 of them', many(20), true],
    ['21 of them', many(21), false],
    ['a key of 40 characters', { ['k'.repeat(40)]: 'v' }, true],
    ['a key of 41', { ['k'.repeat(41)]: 'v' }, false],
    ['an empty key', { '': 'v' }, false],
    ['a key with a colon', { 'a:b': 'v' }, false],
    ['a value of 200 characters', { k: 'v'.repeat(200) }, true],
    ['a value of 201', { k: 'v'.repeat(201) }, false],
    ['an empty value', { k: '' }, false],
    ['a value with a line break', { k: 'a\nb' }, false],
    ['a value that is a number', { k: 1 }, false],
  ])('%s: as the rules say', (_, tags, fine) => {
    expect(connectionTagsSchema.safeParse(tags).success).toBe(fine);
  });

  it('are deleted by null in a change, and nowhere else', () => {
    expect(tagChangesSchema.safeParse({ k: null }).success).toBe(true);
    expect(connectionTagsSchema.safeParse({ k: null }).success).toBe(false);
  });

  it('keep what a change does not name', () => {
    expect(changeTags({ a: '1', b: '2', c: '3' }, { b: 'two', c: null, d: '4', e: null })).toEqual({
      tags: { a: '1', b: 'two', d: '4' },
      set: { b: 'two', d: '4' },
      deleted: ['c'],
    });
  });

  it('know a change that is none', () => {
    expect(changeTags({ a: '1' }, { a: '1', b: null })).toBeUndefined();
  });

  it('are named in a query by key and value, of which only the value has colons', () => {
    expect(tagsOfQuery(tagQuerySchema.parse('url:https://a.example'))).toEqual({ url: 'https://a.example' });
    expect(tagQuerySchema.safeParse('url').success).toBe(false);
    expect(tagQuerySchema.safeParse('url:').success).toBe(false);
    expect(tagQuerySchema.safeParse(':v').success).toBe(false);
  });
});
