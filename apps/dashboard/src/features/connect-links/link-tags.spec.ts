import { describe, expect, it } from '@jest/globals';
import { tagsOf } from './link-tags.js';

describe('tagsOf', () => {
  it('reads key and value around the first colon', () => {
    expect(tagsOf(['team: sales', 'site:https://a.example'])).toEqual({
      team: 'sales',
      site: 'https://a.example',
    });
  });

  it.each([['no colon'], [': no key'], ['no value:'], [`${'k'.repeat(41)}: v`], [`k: ${'v'.repeat(201)}`]])(
    'refuses %j',
    (entry) => {
      expect(tagsOf([entry])).toBeUndefined();
    },
  );

  it('refuses a second value of a key: one of them would be lost', () => {
    expect(tagsOf(['team: red', 'team:blue'])).toBeUndefined();
  });

  it('refuses more than twenty', () => {
    const entries = Array.from({ length: 21 }, (_, at) => `k${at}: v`);
    expect(tagsOf(entries.slice(1))).toBeDefined();
    expect(tagsOf(entries)).toBeUndefined();
  });
});
