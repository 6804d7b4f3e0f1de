import { spawn } from 'node:child_process';
import { inRepository, root } from '../prepare/repository.mjs';
import { makeReportFolder, reportFile } from './reports.mjs';

/** e2e starts whole systems: one file at a time, and longer patience. */
const flags = { unit: ['-w', '2'], integration: ['-w', '2'], e2e: ['-i', '--testTimeout', '60000'] };

/**
 * Runs one of Jest's projects with its output shown and its report written. Failing tests are the report's to tell.
 * @param {string} project
 * @param {import('../prepare/steps.mjs').Steps} steps
 */
export async function runProject(project, steps) {
  makeReportFolder();
  steps.line(`\n── ${project}`);
  const args = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    inRepository('node_modules/jest/bin/jest.js'),
    '--selectProjects',
    project,
    '--json',
    '--outputFile',
    reportFile(project),
    // Timers of libraries (a socket's last wait) outlive their specs by seconds.
    '--forceExit',
    ...flags[/** @type {keyof typeof flags} */ (project)],
  ];
  await new Promise((resolve, reject) => {
    // With --json Jest prints its report to stdout too, which says nothing that the file does not.
    const jest = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    jest.once('error', reject);
    jest.once('close', resolve);
  });
}
