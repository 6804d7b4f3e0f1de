import { jest } from '@jest/globals';
import { LostAnswers } from './lost-answers.js';

const bodyOf = (text: string) => new TextEncoder().encode(text);

describe('the key of a POST', () => {
  afterEach(() => void jest.useRealTimers());

  it('is the same again where its answer was lost, until it is answered', async () => {
    const answers = new LostAnswers();
    const digest = await answers.digestOf('/v1/api-keys', 'wsp_1', bodyOf('{"name":"a"}'));
    const first = answers.keyOf(digest);
    expect(answers.keyOf(digest)).not.toBe(first);
    answers.keep(digest, first);
    expect(answers.keyOf(digest)).toBe(first);
    answers.forget(digest);
    expect(answers.keyOf(digest)).not.toBe(first);
  });

  it('is of this path, workspace and body alone', async () => {
    const answers = new LostAnswers();
    const digests = await Promise.all([
      answers.digestOf('/v1/api-keys', 'wsp_1', bodyOf('a')),
      answers.digestOf('/v1/workspaces', 'wsp_1', bodyOf('a')),
      answers.digestOf('/v1/api-keys', 'wsp_2', bodyOf('a')),
      answers.digestOf('/v1/api-keys', 'wsp_1', bodyOf('b')),
      answers.digestOf('/v1/api-keys', 'wsp_1', bodyOf('a')),
    ]);
    expect(new Set(digests).size).toBe(4);
    expect(digests[4]).toBe(digests[0]);
  });

  it('is forgotten after ten minutes', async () => {
    const answers = new LostAnswers();
    const digest = await answers.digestOf('/v1/api-keys', 'wsp_1', bodyOf('a'));
    jest.useFakeTimers();
    answers.keep(digest, 'first');
    jest.advanceTimersByTime(599_000);
    expect(answers.keyOf(digest)).toBe('first');
    jest.advanceTimersByTime(2_000);
    expect(answers.keyOf(digest)).not.toBe('first');
  });
});
