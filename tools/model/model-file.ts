import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The model, whether this runs from its source or compiled. */
export function modelFile(): string {
  const above = join(dirname(fileURLToPath(import.meta.url)), '../..');
  const root = above.endsWith('dist') ? dirname(above) : above;
  return join(root, 'tools', 'model', 'refresh.pml');
}
