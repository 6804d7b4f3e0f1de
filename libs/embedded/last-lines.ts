import { readFileSync } from 'node:fs';

/** The last lines of a log file, for a message that says why something did not start. */
export function lastLines(path: string, count: number): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return `(nothing in ${path})`;
  }
}
