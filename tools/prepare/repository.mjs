import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root, wherever the command was started from. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** @param {string[]} parts */
export const inRepository = (...parts) => join(root, ...parts);
