/** Who may know whom. Each rule is proven by a deliberate violation in tools/check/dependency-rules.spec.ts. */

const specs =
  '\\.(spec|int-spec|e2e-spec|fixture)\\.ts$|/testing/|^apps/e2e/|^libs/testing/|^tools/(bench|openapi|screenshots|simulate|kill)/';
const lib = (name) => `^libs/${name}/`;
const packages = (...names) => `^node_modules/(${names.join('|')})/`;

/** Libraries of ours that a library may not import, given those it may. */
const onlyOurs = (name, ...allowed) => ({
  name: `${name}-knows-${allowed.join('-and-') || 'none-of-ours'}`,
  comment: `libs/${name} stands on ${allowed.map((one) => `libs/${one}`).join(', ') || 'no other library of ours'}.`,
  severity: 'error',
  from: { path: lib(name), pathNot: specs },
  to: { path: '^libs/', pathNot: [name, ...allowed].map(lib) },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle cannot be understood one file at a time.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'apps-never-import-apps',
      comment: 'Services talk over HTTP, queues and the database; what they share is a library.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: specs },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-never-import-apps',
      comment: 'A library does not know who uses it.',
      severity: 'error',
      from: { path: '^libs/', pathNot: specs },
      to: { path: '^apps/' },
    },
    {
      name: 'libs-are-entered-by-their-index',
      comment: 'What index.ts does not export is the library’s own business.',
      severity: 'error',
      from: { path: '^(apps|tools)/' },
      to: { path: '^libs/[^/]+/.+', pathNot: '^libs/[^/]+/index\\.ts$' },
    },
    {
      name: 'libs-enter-other-libs-by-their-index',
      comment: 'The same between libraries.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/[^/]+/.+', pathNot: ['^libs/$1/', '^libs/[^/]+/index\\.ts$'] },
    },
    onlyOurs('oauth'),
    onlyOurs('refresh', 'oauth'),
    onlyOurs('vault'),
    onlyOurs('outbound'),
    onlyOurs('resource-server'),
    onlyOurs('platform'),
    onlyOurs('embedded'),
    onlyOurs('providers', 'oauth'),
    onlyOurs('storage', 'oauth'),
    onlyOurs('events', 'oauth'),
    onlyOurs(
      'composition',
      'storage',
      'events',
      'vault',
      'outbound',
      'providers',
      'platform',
      'oauth',
      'resource-server',
    ),
    {
      name: 'oauth-is-pure',
      comment: 'The rules are functions: jose, oauth4webapi, zod and Node’s own; I/O is an injected fetch.',
      severity: 'error',
      from: { path: [lib('oauth'), lib('refresh')], pathNot: specs },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-no-pkg', 'npm-unknown'],
        pathNot: packages('jose', 'oauth4webapi', 'zod'),
      },
    },
    {
      name: 'oauth-does-no-io',
      comment: 'No file, socket, process or timer of its own; nor has the refresh engine: its ports do that.',
      severity: 'error',
      from: { path: [lib('oauth'), lib('refresh')], pathNot: specs },
      to: { path: '^(node:)?(fs|net|http|https|tls|dns|child_process|timers|worker_threads)(/|$)' },
    },
    {
      name: 'sandbox-imports-platform-only',
      comment: 'A server that shares the client’s code shares its bugs.',
      severity: 'error',
      from: { path: '^apps/sandbox/', pathNot: specs },
      to: { path: '^libs/', pathNot: lib('platform') },
    },
    {
      name: 'only-storage-knows-postgres',
      comment: 'Queries live in repositories. (embedded starts the server itself.)',
      severity: 'error',
      from: { path: '^(apps|libs|tools)/', pathNot: [lib('storage'), lib('embedded'), specs] },
      to: { path: packages('typeorm', 'pg', '@nestjs/typeorm') },
    },
    {
      name: 'only-events-knows-ioredis',
      comment: 'Connections to Redis are made in one place.',
      severity: 'error',
      from: { path: '^(apps|libs|tools)/', pathNot: [lib('events'), specs] },
      to: { path: packages('ioredis') },
    },
    {
      name: 'controllers-never-touch-storage',
      comment:
        'Controllers, processors and consumers call a service; they decide nothing. (Types may be named.)',
      severity: 'error',
      from: { path: '\\.(controller|processor|consumer)\\.ts$', pathNot: specs },
      to: { path: '^libs/storage/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'production-never-imports-testing',
      comment: 'What a test needs is not shipped.',
      severity: 'error',
      from: { pathNot: specs },
      to: { path: `${lib('testing')}|\\.fixture\\.ts$|^apps/[^/]+/testing/|^apps/e2e/` },
    },
    {
      name: 'production-uses-declared-packages',
      comment: 'A package that package.json does not name can vanish with whoever brought it.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [specs, '^apps/dashboard/'] },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
    {
      name: 'dashboard-knows-no-library-of-ours',
      comment: 'The page knows the services by their OpenAPI document alone.',
      severity: 'error',
      from: { path: '^apps/dashboard/', pathNot: specs },
      to: { path: '^libs/' },
    },
    {
      name: 'dashboard-features-stand-alone',
      comment: 'A feature of the page imports ui, api, live and messages, never another feature.',
      severity: 'error',
      from: { path: '^apps/dashboard/src/features/([^/]+)/' },
      to: { path: '^apps/dashboard/src/features/', pathNot: '^apps/dashboard/src/features/$1/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules/\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
