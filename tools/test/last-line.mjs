/** Prints `N passed, N failed` of the last run; exit code 1 where anything failed or nothing ran. */
import { projects, readReports } from './reports.mjs';
import { summary } from './summary.mjs';

const { passed, failed } = summary(readReports(projects));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
