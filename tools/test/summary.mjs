/**
 * What the runners' own reports say. A runner without a report and a file that could not be loaded count as failed.
 * @param {Map<string, import('./reports.mjs').JestReport | undefined>} reports
 * @returns {{ passed: number, failed: number, text: string }}
 */
export function summary(reports) {
  let passed = 0;
  let failed = 0;
  const lines = [''];
  const skipped = [];
  for (const [project, report] of reports) {
    const count = countsOf(report);
    passed += count.passed;
    failed += count.failed;
    lines.push(`${project.padEnd(12)} ${count.passed} passed, ${count.failed} failed${count.note}`);
    skipped.push(...skippedIn(report));
  }
  if (passed === 0 && failed === 0) failed = 1;
  if (skipped.length > 0) lines.push('', 'Skipped:', ...skipped.map((name) => `  ${name}`));
  lines.push('', `${passed} passed, ${failed} failed`);
  return { passed, failed, text: lines.join('\n') };
}

/** @param {import('./reports.mjs').JestReport | undefined} report */
function countsOf(report) {
  if (!report) return { passed: 0, failed: 1, note: ' (the runner left no report)' };
  const { numPassedTests: passed, numFailedTests: failed, testResults } = report;
  // A file that does not load has no tests that could fail.
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const note = broken.length > 0 ? ` (${broken.length} files did not load)` : '';
  return { passed, failed: failed + broken.length, note };
}

/** @param {import('./reports.mjs').JestReport | undefined} report */
function skippedIn(report) {
  return (report?.testResults ?? []).flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'pending').map(({ fullName }) => fullName),
  );
}
