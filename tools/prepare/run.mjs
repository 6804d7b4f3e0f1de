import { spawn } from 'node:child_process';
import { root } from './repository.mjs';

/**
 * Runs a program quietly and returns its exit code and what it printed.
 * @param {string} command
 * @param {string[]} args
 * @param {{ onLine?: (line: string) => void, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ code: number | null, output: string }>}
 */
export function run(command, args, { onLine, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const read = (/** @type {Buffer} */ chunk) => {
      const text = chunk.toString();
      output += text;
      for (const line of text.trim().split('\n')) if (line) onLine?.(line);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
