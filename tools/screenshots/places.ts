import type { Page } from 'playwright-core';
import type { PersonName } from '../../apps/e2e/dashboard/people.js';
import type { Shown } from './shown-data.js';

/** One screenshot in four, or six: its file's name, where it is, and as whom. */
export interface Place {
  name: string;
  path: string;
  as?: PersonName;
  /** Taken as wide as a tablet, too. */
  isMain?: true;
  /** What is done before it is taken. */
  act?: (page: Page) => Promise<void>;
  /** What is put in the way before the page is loaded. */
  before?: (page: Page) => Promise<void>;
  /** What is waited for where not all requests are to be answered. */
  until?: (page: Page) => Promise<void>;
}

/** Every page, and the states of one list that are not its best. */
export function placesOf(shown: Shown): Place[] {
  const kill = `/kill-switch/new?integration=${shown.integration}`;
  return [
    { name: 'overview', path: '/', isMain: true },
    { name: 'start', path: '/start' },
    { name: 'connections', path: '/connections', isMain: true },
    { name: 'connections-selected', path: '/connections?state=degraded', act: selectTwo },
    { name: 'connections-no-match', path: '/connections?q=nobody-at-all' },
    { name: 'connections-error', path: '/connections', before: failingLists },
    { name: 'connections-loading', path: '/connections', before: unansweredLists, until: loading },
    { name: 'connection', path: `/connections/${shown.connection}`, isMain: true },
    { name: 'connection-generations', path: `/connections/${shown.renewed}?tab=generations` },
    { name: 'connection-reads', path: `/connections/${shown.renewed}?tab=reads` },
    { name: 'connection-needs-reauthorization', path: `/connections/${shown.troubled}` },
    { name: 'connection-gone', path: '/connections/con_0123456789' },
    { name: 'integrations', path: '/integrations' },
    { name: 'integrations-providers', path: '/integrations?tab=providers' },
    { name: 'integration', path: `/integrations/${shown.integration}` },
    { name: 'integration-draft', path: `/integrations/${shown.draft}` },
    { name: 'integration-new', path: '/integrations/new' },
    { name: 'connect-links', path: '/connect-links' },
    { name: 'kill-switch', path: '/kill-switch', isMain: true },
    { name: 'kill-switch-select', path: kill },
    { name: 'kill-switch-preview', path: `${kill}&step=preview` },
    { name: 'kill-switch-confirm', path: `${kill}&step=confirm` },
    { name: 'revocation', path: `/kill-switch/${shown.revocation}` },
    { name: 'revocation-finished', path: `/kill-switch/${shown.finished}` },
    { name: 'freeze', path: `/kill-switch/${shown.freeze}` },
    { name: 'leaked-token', path: '/leaked-token' },
    { name: 'leaked-token-found', path: '/leaked-token', act: (page) => lookUp(page, shown.leaked) },
    { name: 'signals', path: '/signals' },
    { name: 'signal', path: `/signals/${shown.stream}` },
    { name: 'audit', path: '/audit', isMain: true },
    { name: 'audit-entry', path: `/audit/${shown.entry}` },
    { name: 'api-keys', path: '/api-keys' },
    { name: 'api-keys-forbidden', path: '/api-keys', as: 'viewer' },
    { name: 'api-keys-create', path: '/api-keys', act: createKey },
    { name: 'jobs', path: '/jobs' },
    { name: 'jobs-incidents', path: '/jobs?tab=incidents' },
    { name: 'jobs-engine', path: '/jobs?tab=engine' },
    { name: 'members', path: '/members' },
    { name: 'approvals', path: '/approvals' },
    { name: 'approval', path: `/approvals/${shown.approval}`, as: 'deputy' },
    { name: 'settings', path: '/settings' },
    { name: 'connections-empty', path: '/connections', as: 'viewer' },
    { name: 'palette', path: '/', act: (page) => page.keyboard.press('Control+k') },
  ];
}

async function selectTwo(page: Page): Promise<void> {
  for (const at of [1, 2]) await page.getByRole('row').nth(at).getByRole('checkbox').check();
}

async function createKey(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Create API key' }).first().click();
}

async function lookUp(page: Page, tokens: readonly string[]): Promise<void> {
  await page.getByRole('textbox', { name: 'Tokens, one a line' }).fill(tokens.join('\n'));
  await page.getByRole('button', { name: 'Look up' }).click();
  await page.getByRole('button', { name: 'Look up others' }).waitFor();
}

async function unansweredLists(page: Page): Promise<void> {
  await page.route(/api\/connections/, () => undefined);
}

async function loading(page: Page): Promise<void> {
  await page.getByRole('status', { name: 'Loading' }).first().waitFor();
}

async function failingLists(page: Page): Promise<void> {
  const body = JSON.stringify({
    type: '/problems/internal-error',
    title: 'Something went wrong on our side',
    status: 500,
    request_id: '01m7za6061qhat1sw1ms4axcfa',
  });
  await page.route(/api\/connections\?/, (route) =>
    route.fulfill({ status: 500, contentType: 'application/problem+json', body }),
  );
}
