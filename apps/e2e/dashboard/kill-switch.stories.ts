import canonicalize from 'canonicalize';
import { createLocalJWKSet, compactVerify, type JSONWebKeySet } from 'jose';
import type { Page } from 'playwright-core';
import { chromiumTest, eventually } from '#testing';
import type { OpenDashboard } from './open-dashboard.js';

interface Report {
  report: { is_final: boolean; results: { result: string }[] };
  jws: string;
}

/** Many connections stopped at once, by two people. */
export function killSwitchStories(dashboard: () => OpenDashboard): void {
  chromiumTest('freezes a selection that is counted first, and unfreezes it', async () => {
    const { integration, count, connections } = dashboard().connectionsOf('doomed');
    const { page } = await dashboard().visit(
      `/kill-switch/new?integration=${integration}&kind=freeze`,
      'admin',
    );
    await page.getByRole('button', { name: 'Count what it hits' }).click();
    await page.getByText(`${count} connections of ${count} end users would be paused.`).waitFor();
    await page.getByRole('button', { name: `Go on with ${count} connections` }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('a drill');
    await page.getByRole('textbox', { name: `Type ${count} to confirm` }).fill(String(count));
    await page.getByRole('button', { name: `Freeze ${count} connections` }).click();
    await page.waitForURL(/kill-switch\/frz_/);
    await page.getByText(`${count} connections paused: neither served nor renewed, grants kept.`).waitFor();
    const read = () => dashboard().api.get(`/v1/connections/${connections[0]!.id}/token`);
    expect((await read()).status).toBe(409);
    await page.getByRole('button', { name: `Unfreeze ${count} connections` }).click();
    await page.getByText(`Undone: ${count} connections resumed`).waitFor();
    await eventually(async () => expect((await read()).status).toBe(200));
  });

  chromiumTest(
    'revokes many when another admin approves in a browser of their own, and reports it',
    async () => {
      const { integration, count } = dashboard().connectionsOf('doomed');
      await dashboard().letApproveAbove(5);
      const { page } = await dashboard().visit(
        `/kill-switch/new?step=preview&kind=revoke&integration=${integration}`,
        'admin',
      );
      await page.getByText(`${count} connections of ${count} end users would be revoked.`).waitFor();
      await page.getByRole('button', { name: `Go on with ${count} connections` }).click();
      await page.getByRole('button', { name: `Revoke ${count} connections` }).click();
      const typed = page.getByRole('textbox', { name: `Type ${count} to confirm` });
      await page.getByText('Fill this in.').waitFor();
      await page.getByRole('textbox', { name: 'Reason' }).fill('the client secret leaked');
      await typed.fill(String(count));
      await page.getByRole('button', { name: `Revoke ${count} connections` }).click();
      await page.waitForURL(/kill-switch\/rev_/);
      await page.getByText('Nothing is done before another admin approves.').waitFor();
      await page.getByText('You asked for this, so another admin has to decide.').waitFor();
      expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);

      const { page: deputy } = await dashboard().visit('/approvals', 'deputy');
      await deputy.getByRole('link', { name: `Revoke ${count} connections` }).click();
      await deputy.waitForURL(/approvals\/apr_/);
      await deputy.getByText('the client secret leaked').first().waitFor();
      await deputy.getByRole('button', { name: 'Approve' }).click();
      const dialog = deputy.getByRole('dialog', { name: 'Approve this request?' });
      await dialog.getByRole('textbox', { name: `Type ${count} to confirm` }).fill(String(count));
      await dialog.getByRole('button', { name: `Revoke ${count} connections` }).click();
      await dialog.waitFor({ state: 'hidden' });

      // Nobody touched the first admin's page meanwhile.
      await page.getByText(/All are dead here/).waitFor();
      const progress = page.getByRole('progressbar', { name: 'Dead here' });
      expect(await progress.getAttribute('aria-valuenow')).toBe('100');
      await page
        .getByText('All are dead here, and every provider was told or cannot be.')
        .waitFor({ timeout: 30_000 });
      const results = page.getByRole('table', { name: 'Results by token slot' });
      expect(await results.getByText('Verified dead').count()).toBe(count);
      await printedReport(dashboard(), page);
      await signedReport(dashboard(), new URL(page.url()).pathname.split('/').at(-1)!, count);
      for (const { id } of dashboard().connectionsOf('doomed').connections)
        expect((await dashboard().api.get(`/v1/connections/${id}/token`)).status).toBe(410);
    },
    90_000,
  );
}

/** In the workspace of its page, whichever the session was switched to meanwhile. */
async function printedReport(dashboard: OpenDashboard, page: Page): Promise<void> {
  const enter = async (workspace: string) =>
    expect((await dashboard.ask('admin', 'PUT', 'session/workspace', { workspace })).status).toBe(200);
  const other = await dashboard.ask<{ id: string }>('admin', 'POST', 'v1/workspaces', { name: 'Elsewhere' });
  await enter(other.body.id);
  await page.getByRole('button', { name: 'Report', exact: true }).click();
  const opened = page.context().waitForEvent('page');
  await page.getByRole('menuitem', { name: 'Page to print' }).click();
  const printed = await opened;
  await printed.getByRole('heading', { name: /^Report of revocation rev_/ }).waitFor();
  // Its style was let in.
  expect(await printed.evaluate(`getComputedStyle(document.body).margin`)).toBe('0px');
  await enter(dashboard.system.bootstrap.workspace);
}

async function signedReport({ api }: OpenDashboard, id: string, count: number): Promise<void> {
  const { body } = await api.get<Report>(`/v1/revocations/${id}/report`);
  expect(body.report.results.map(({ result }) => result)).toEqual(Array(count).fill('killed'));
  const keys = await api.get<JSONWebKeySet>('/v1/revocations/report-keys');
  const [header, , signature] = body.jws.split('.');
  const payload = Buffer.from(canonicalize(body.report)!).toString('base64url');
  await compactVerify(`${header}.${payload}.${signature}`, createLocalJWKSet(keys.body));
}
