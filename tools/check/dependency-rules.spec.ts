import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';

interface Rules {
  forbidden: { name: string }[];
  options: ICruiseOptions;
}

const { forbidden, options } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as Rules;

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Rule by rule, the smallest tree that breaks it. */
const violations: Record<string, Record<string, string>> = {
  'no-cycles': {
    'libs/vault/a.ts': `import './b.js';`,
    'libs/vault/b.ts': `import './a.js';`,
  },
  'apps-never-import-apps': {
    'apps/admin/main.ts': `import '../auth-flow/main.js';`,
    'apps/auth-flow/main.ts': '',
  },
  'libs-never-import-apps': {
    'libs/vault/index.ts': `import '../../apps/admin/main.js';`,
    'apps/admin/main.ts': '',
  },
  'libs-are-entered-by-their-index': {
    'apps/admin/main.ts': `import '../../libs/vault/vault.js';`,
    'libs/vault/vault.ts': '',
  },
  'libs-enter-other-libs-by-their-index': {
    'libs/providers/index.ts': `import '../oauth/rules.js';`,
    'libs/oauth/rules.ts': '',
  },
  'oauth-knows-none-of-ours': lib('oauth', 'vault'),
  'refresh-knows-oauth': lib('refresh', 'storage'),
  'vault-knows-none-of-ours': lib('vault', 'platform'),
  'outbound-knows-none-of-ours': lib('outbound', 'platform'),
  'resource-server-knows-none-of-ours': lib('resource-server', 'oauth'),
  'platform-knows-none-of-ours': lib('platform', 'storage'),
  'embedded-knows-none-of-ours': lib('embedded', 'storage'),
  'providers-knows-oauth': lib('providers', 'storage'),
  'storage-knows-oauth': lib('storage', 'vault'),
  'events-knows-oauth': lib('events', 'storage'),
  'composition-knows-storage-and-events-and-vault-and-outbound-and-providers-and-platform-and-oauth-and-resource-server':
    lib('composition', 'refresh'),
  'oauth-is-pure': { 'libs/oauth/index.ts': `import '@nestjs/common';` },
  'oauth-does-no-io': { 'libs/oauth/index.ts': `import 'node:fs';` },
  'sandbox-imports-platform-only': { ...lib('vault', 'vault'), 'apps/sandbox/main.ts': `import '#vault';` },
  'only-storage-knows-postgres': { 'apps/admin/main.ts': `import 'pg';` },
  'only-events-knows-ioredis': { 'apps/admin/main.ts': `import 'ioredis';` },
  'controllers-never-touch-storage': {
    'apps/admin/audit/audit.controller.ts': `import '#storage';`,
    'libs/storage/index.ts': '',
  },
  'dashboard-knows-no-library-of-ours': {
    'apps/dashboard/src/main.ts': `import '../../../libs/oauth/index.js';`,
    'libs/oauth/index.ts': '',
  },
  'dashboard-features-stand-alone': {
    'apps/dashboard/src/features/audit/a.ts': `import '../jobs/b.js';`,
    'apps/dashboard/src/features/jobs/b.ts': '',
  },
  'production-never-imports-testing': {
    'apps/admin/main.ts': `import '#testing';`,
    'libs/testing/index.ts': '',
  },
  'production-uses-declared-packages': { 'apps/admin/main.ts': `import 'undeclared';` },
};

function lib(name: string, imports: string): Record<string, string> {
  return { [`libs/${imports}/index.ts`]: '', [`libs/${name}/index.ts`]: `import '#${imports}';` };
}

const packages = ['pg', 'ioredis', '@nestjs/common', 'undeclared'];
let tree: string;

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'rules-'));
  const imports = { '#*': { source: './libs/*/index.ts' } };
  const dependencies = { pg: '1.0.0', ioredis: '1.0.0', '@nestjs/common': '1.0.0' };
  write('package.json', JSON.stringify({ name: 'tree', type: 'module', imports, dependencies }));
  write(
    'tsconfig.json',
    JSON.stringify({ compilerOptions: { module: 'nodenext', customConditions: ['source'] } }),
  );
  for (const name of packages) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(`node_modules/${name}/index.js`, '');
  }
});

afterEach(() => rmSync(tree, { recursive: true }));

function write(path: string, content: string): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), content);
}

async function brokenRules(files: Record<string, string>): Promise<string[]> {
  for (const [path, content] of Object.entries(files)) write(path, content);
  const folders = [...new Set(Object.keys(files).map((path) => path.split('/')[0]!))];
  const settings = { ...options, baseDir: tree, validate: true, ruleSet: { forbidden } } as ICruiseOptions;
  const { output } = await cruise(folders, settings);
  return (output as ICruiseResult).summary.violations.map(({ rule }) => rule.name);
}

describe('dependency rules', () => {
  it('are each tried by a violation of theirs', () => {
    expect(Object.keys(violations).toSorted()).toEqual(forbidden.map(({ name }) => name).toSorted());
  });

  it.each(Object.keys(violations))('%s finds what breaks it', async (rule) => {
    expect(await brokenRules(violations[rule]!)).toContain(rule);
  });

  it('let a tree pass that keeps to them', async () => {
    const files = {
      'apps/admin/main.ts': `import '#storage'; import './audit/audit.controller.js';`,
      'apps/admin/audit/audit.controller.ts': `import type { Entry } from '#storage'; export type A = Entry;`,
      'libs/storage/index.ts': `import 'pg'; import '#oauth'; export interface Entry { id: string }`,
      'libs/oauth/index.ts': `import 'node:crypto';`,
    };
    expect(await brokenRules(files)).toEqual([]);
  });

  it('are kept by this repository', async () => {
    const settings = { ...options, baseDir: repository, validate: true, ruleSet: { forbidden } };
    const { output } = await cruise(['apps', 'libs', 'tools'], settings as ICruiseOptions);
    const { violations: found, totalCruised } = (output as ICruiseResult).summary;
    expect(found.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
    expect(totalCruised).toBeGreaterThan(300);
  }, 30_000);
});
