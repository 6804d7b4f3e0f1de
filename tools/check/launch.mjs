/** `npm run check`: what every commit passes, in under a minute. Runs all of it, then says what failed. */
import { PrepareError } from '../prepare/failure.mjs';
import { prepared } from '../prepare/prepare.mjs';
import { inRepository } from '../prepare/repository.mjs';
import { run } from '../prepare/run.mjs';

const bin = (/** @type {string} */ name) => inRepository('node_modules', '.bin', name);
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

/** @type {[title: string, command: string, args: string[]][]} */
const checks = [
  ['Format', process.execPath, [inRepository('node_modules/prettier/bin/prettier.cjs'), '--check', '.']],
  ['Lint', bin('oxlint'), ['--type-aware', '--deny-warnings', 'apps', 'libs', 'tools']],
  ['Types', process.execPath, [inRepository('node_modules/ts7/bin/tsc'), '-p', '.', '--noEmit']],
  [
    'Dependency rules',
    process.execPath,
    [inRepository('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'), 'apps', 'libs', 'tools'],
  ],
  [
    'Unit tests',
    process.execPath,
    [...jest, inRepository('node_modules/jest/bin/jest.js'), '--selectProjects', 'unit', '--silent'],
  ],
];

await prepared(
  async (steps) => {
    const failed = [];
    for (const [title, command, args] of checks) {
      const { code, output } = await steps.step(title, () => run(command, args));
      if (code === 0) continue;
      failed.push(title);
      steps.line(output.trim());
    }
    if (failed.length > 0) throw new PrepareError(`Not in order: ${failed.join(', ')}.`);
  },
  { build: false },
);
