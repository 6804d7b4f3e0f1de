import type { ApiProblem } from '../api/problem.js';

/** Of a list that is typed one a line: what the server says of single ones, with the line that it is about. */
export function lineErrors(
  problem: ApiProblem | undefined,
  pointer: string,
  say: (line: number, detail: string) => string,
): string | undefined {
  const faults = (problem?.fields ?? []).flatMap((fault) => {
    const at = fault.pointer === pointer ? '' : fault.pointer.slice(pointer.length + 1);
    if (fault.pointer !== pointer && !fault.pointer.startsWith(`${pointer}/`)) return [];
    return [/^\d+$/.test(at) ? say(Number(at) + 1, fault.detail) : fault.detail];
  });
  return faults.length > 0 ? faults.join(' · ') : undefined;
}

/** The lines of a field, without empty ones. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
