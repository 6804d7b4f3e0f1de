/** `npm run check`: what every commit passes, in under a minute. Runs all of it, then says what failed. */
import { checkDashboard } from '../prepare/build-dashboard.mjs';
import { PrepareError } from '../prepare/failure.mjs';
import { prepared } from '../prepare/prepare.mjs';
import { inRepository } from '../prepare/repository.mjs';
import { run } from '../prepare/run.mjs';

const bin = (/** @type {string} */ name) => inRepository('node_modules', '.bin', name);
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

const node =
  (/** @type {string[]} */ ...args) =>
  () =>
    run(process.execPath, args);

/** @type {[title: string, check: () => Promise<{ code: number | null, output: string }>][]} */
const checks = [
  ['Format', node(inRepository('node_modules/prettier/bin/prettier.cjs'), '--check', '.')],
  ['Types', node(inRepository('node_modules/ts7/bin/tsc'), '-p', '.', '--noEmit')],
  ["The dashboard's types", checkDashboard],
  ['Lint', () => run(bin('oxlint'), ['--type-aware', '--deny-warnings', 'apps', 'libs', 'tools'])],
  [
    'Dependency rules',
    node(inRepository('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'), 'apps', 'libs', 'tools'),
  ],
  [
    'Unit tests',
    node(...jest, inRepository('node_modules/jest/bin/jest.js'), '--selectProjects', 'unit', '--silent'),
  ],
];

await prepared(
  async (steps) => {
    const failed = [];
    for (const [title, check] of checks) {
      const { code, output } = await steps.step(title, check);
      if (code === 0) continue;
      failed.push(title);
      steps.line(output.trim());
    }
    if (failed.length > 0) throw new PrepareError(`Not in order: ${failed.join(', ')}.`);
  },
  { build: false },
);
