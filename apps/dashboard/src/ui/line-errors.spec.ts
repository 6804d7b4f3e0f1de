import { expect, test } from '@jest/globals';
import { ApiProblem } from '../api/problem.js';
import { lineErrors, linesOf } from './line-errors.js';

const say = (line: number, detail: string) => `${line}: ${detail}`;
const problem = (...pointers: string[]) =>
  new ApiProblem(
    'invalid-request',
    400,
    'no',
    undefined,
    pointers.map((pointer) => ({ pointer, detail: 'is odd' })),
    undefined,
    {},
  );

test('names the line that the server means', () => {
  expect(lineErrors(problem('/networks/0', '/networks/2'), '/networks', say)).toBe('1: is odd · 3: is odd');
});

test('says what is wrong with the whole list as it is', () => {
  expect(lineErrors(problem('/networks'), '/networks', say)).toBe('is odd');
});

test('leaves faults of other fields to them', () => {
  expect(lineErrors(problem('/networks_of/0', '/name'), '/networks', say)).toBeUndefined();
});

test('takes a line a value and none that is empty', () => {
  expect(linesOf(' 10.0.0.0/8 \n\n::1\n')).toEqual(['10.0.0.0/8', '::1']);
});
