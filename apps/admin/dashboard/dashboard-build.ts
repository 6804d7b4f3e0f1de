import { existsSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/** What the page's build leaves behind: `index.html`, and files that carry a hash of themselves under `assets/`. */
export class DashboardBuild {
  /** Undefined where nothing is built. */
  readonly index: string | undefined;

  constructor(readonly folder = builtFolder()) {
    const index = join(folder, 'index.html');
    this.index = existsSync(index) ? readFileSync(index, 'utf8') : undefined;
  }
}

/** `dist/dashboard`, whether we run compiled, from `dist/apps/admin`, or as sources, from `apps/admin`. */
function builtFolder(): string {
  const root = join(import.meta.dirname, '..', '..', '..');
  return root.endsWith(`${sep}dist`) ? join(root, 'dashboard') : join(root, 'dist', 'dashboard');
}
