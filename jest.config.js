/** Real ES modules under SWC; `.js` specifiers and `#lib` imports resolve to TypeScript sources. */
const project = (displayName, testMatch, extra = {}) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^#([a-z-]+)$': '<rootDir>/libs/$1/index.ts', '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  ...extra,
});

/** Specs with real Postgres, Redis and processes: built and held for the whole run. */
const servers = { globalSetup: '<rootDir>/libs/testing/global-setup.mjs' };

export default {
  projects: [
    project('unit', ['<rootDir>/{apps,libs,tools}/**/*.spec.ts']),
    project('integration', ['<rootDir>/{apps,libs,tools}/**/*.int-spec.ts'], servers),
    project('e2e', ['<rootDir>/apps/e2e/**/*.e2e-spec.ts'], servers),
  ],
};
