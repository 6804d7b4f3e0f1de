import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = join(dirname(createRequire(import.meta.url).resolve('@redocly/cli/package.json')), 'bin/cli.js');

/** Lints a document by our rules and shows what it found. Returns whether all is well. */
export function lintDocument(path: string, repository: string): boolean {
  const config = join(repository, 'tools/openapi/redocly.yaml');
  const { status } = spawnSync(
    process.execPath,
    [cli, 'lint', path, '--config', config, '--format', 'stylish'],
    {
      stdio: 'inherit',
      // It would otherwise report its use to its maker and ask the registry for a newer version of itself.
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    },
  );
  return status === 0;
}

/** The root of the repository, from the source tree or the compiled one. */
export function repositoryRoot(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const above = join(here, '../..');
  return above.endsWith('dist') ? dirname(above) : above;
}
