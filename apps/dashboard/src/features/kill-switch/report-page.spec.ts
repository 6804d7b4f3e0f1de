import { html, pageFrame } from '#platform';
import { underOurPolicy } from './report-page.js';

it('the page of a report may be styled under our own policy, and asks for nothing that it refuses', () => {
  const page = underOurPolicy(pageFrame('A report', html`<p>&lt;style&gt;</p>`), 'r4nd0m');
  expect(page).toContain('<style nonce="r4nd0m">');
  expect(page).not.toMatch(/<style>|data:/);
});
