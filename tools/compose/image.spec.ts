import { readdirSync, readFileSync } from 'node:fs';
import { matchesGlob, posix } from 'node:path';

const root = new URL('../../', import.meta.url);
const patterns = readFileSync(new URL('.dockerignore', root), 'utf8').split('\n').filter(Boolean);

/** As Docker decides it: the last pattern that fits a path, or a folder above it, wins. */
function isInImage(path: string): boolean {
  const fitting = patterns.filter((pattern) => {
    const glob = pattern.replace(/^!/, '');
    return matchesGlob(path, glob) || matchesGlob(path, `${glob}/**`);
  });
  return fitting.at(-1)?.startsWith('!') ?? true;
}

const sources = ['apps', 'libs', 'tools']
  .flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).map((path) =>
      posix.join(folder, path),
    ),
  )
  .filter((path) => /\.(ts|mjs)$/.test(path) && !path.startsWith('apps/dashboard/'));

/** What a file imports of ours, as paths of the repository. */
function importsOf(path: string): string[] {
  const source = readFileSync(new URL(path, root), 'utf8');
  return [...source.matchAll(/\b(?:from|import)\s*\(?\s*'([#.][^']*)'/g)].map(([, target = '']) =>
    target.startsWith('#')
      ? `libs/${target.slice(1)}/index.ts`
      : posix.join(posix.dirname(path), target).replace(/\.js$/, '.ts'),
  );
}

describe('the image', () => {
  it('is built from sources that need none of what .dockerignore leaves out', () => {
    const built = sources.filter(isInImage);
    expect(built.length).toBeGreaterThan(200);
    const missing = built.flatMap((path) =>
      importsOf(path)
        .filter((target) => !sources.includes(target) || !isInImage(target))
        .map((target) => `${path} needs ${target}`),
    );
    expect(missing).toEqual([]);
  });

  it('has what the dashboard is built from: its folder, and the document its client is generated from', () => {
    const needed = ['apps/dashboard/index.html', 'apps/dashboard/src/main.tsx', 'docs/openapi.json'];
    expect(needed.filter(isInImage)).toEqual(needed);
  });

  it('holds no test and nothing made for tests', () => {
    const tests = sources.filter((path) => /spec\.ts$|\.fixture\.ts$|\/testing\/|^apps\/e2e\//.test(path));
    expect(tests.length).toBeGreaterThan(50);
    expect(tests.filter(isInImage)).toEqual([]);
  });
});
