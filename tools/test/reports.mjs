import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { inRepository } from '../prepare/repository.mjs';

/** In the order in which they run: what is quick and narrow first. */
export const projects = ['unit', 'integration', 'e2e'];

const folder = inRepository('dist', 'test-reports');

/** @param {string} project */
export const reportFile = (project) => inRepository('dist', 'test-reports', `${project}.json`);

/** Reports of an earlier run must not count for this one. */
export function forgetReports() {
  rmSync(folder, { recursive: true, force: true });
}

export function makeReportFolder() {
  mkdirSync(folder, { recursive: true });
}

/**
 * Jest's own report of each project; undefined where the runner left none.
 * @param {readonly string[]} names
 * @param {(project: string) => string} [file]
 * @returns {Map<string, JestReport | undefined>}
 * @typedef {{ numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites: number, testResults: SuiteReport[] }} JestReport
 * @typedef {{ name: string, status: string, message?: string, assertionResults: { title: string, fullName: string, status: string }[] }} SuiteReport
 */
export function readReports(names, file = reportFile) {
  return new Map(names.map((name) => [name, readReport(file(name))]));
}

/** @param {string} path */
function readReport(path) {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
