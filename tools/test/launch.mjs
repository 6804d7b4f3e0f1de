/** `npm test`: sets up, then unit, integration and e2e; its last lines say what passed. Names of projects run those alone. */
import { PrepareError } from '../prepare/failure.mjs';
import { prepared } from '../prepare/prepare.mjs';
import { provideChromium } from './chromium.mjs';
import { forgetReports, projects, readReports } from './reports.mjs';
import { runProject } from './run-project.mjs';
import { summary } from './summary.mjs';

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !projects.includes(name));
if (unknown.length > 0) {
  console.error(`There is no project ${unknown.join(', ')}; there are ${projects.join(', ')}.`);
  process.exit(2);
}
const wanted = asked.length > 0 ? asked : projects;

forgetReports();
await prepared(async (steps) => {
  if (wanted.includes('e2e')) await provideChromium(steps);
  for (const project of wanted) await runProject(project, steps);
  const result = summary(readReports(wanted));
  console.log(result.text);
  if (result.failed > 0) throw new PrepareError('Some tests failed; see above.');
});
