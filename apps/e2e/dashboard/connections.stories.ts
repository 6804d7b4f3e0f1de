import { chromiumTest, eventually } from '#testing';
import { axeViolations } from './accessibility.js';
import type { OpenDashboard } from './open-dashboard.js';

/** Finding one among many. */
export function connectionsStories(dashboard: () => OpenDashboard): void {
  chromiumTest('keeps filters in the address, over a reload, the way back and the way in', async () => {
    const { page } = await dashboard().visit('/connections', 'viewer');
    const table = page.getByRole('table', { name: 'Connections' });
    const search = page.getByRole('searchbox', { name: 'Search by end user, e-mail or id' });
    const { id } = dashboard().connectionsOf('steady').connections[0]!;
    await table.getByRole('row').nth(5).waitFor();
    await page.getByRole('button', { name: /^State/ }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Active' }).click();
    await page.waitForURL(/state=active/);
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await search.fill(id);
    await page.waitForURL(new RegExp(`q=${id}`));
    await page
      .getByRole('status')
      .filter({ hasText: /^1 connection$/ })
      .waitFor();
    expect(await table.getByRole('link', { name: `user-of-${id}` }).count()).toBe(1);
    const address = page.url();
    await page.reload();
    await table.getByRole('link', { name: `user-of-${id}` }).waitFor();
    expect(page.url()).toBe(address);
    expect(await search.inputValue()).toBe(id);
    await table.getByRole('link', { name: `user-of-${id}` }).click();
    await page.waitForURL(new RegExp(`/connections/${id}`));
    await page.goBack();
    await table.getByRole('link', { name: `user-of-${id}` }).waitFor();
    expect(page.url()).toBe(address);
    await search.fill('nobody-at-all');
    await page.getByText('Nothing matches').waitFor();
    await page.getByRole('button', { name: 'Clear all' }).first().click();
    await table.getByRole('row').nth(5).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  chromiumTest('says of an address that is no more what became of it', async () => {
    const { id } = dashboard().connectionsOf('steady').connections[3]!;
    const gone = await deletedIntegration(dashboard());
    await erase(dashboard(), id);
    const watched = await dashboard().visit(`/connections/${id}`, 'admin');
    const { page } = watched.allow(/status of (404|410)/);
    await page.getByRole('heading', { name: 'This connection was erased', level: 1 }).waitFor();
    await page.getByText(/^It was erased by .+ on \d{4}-\d\d-\d\d \d\d:\d\d UTC/).waitFor();
    await page.getByText('Revoked', { exact: true }).first().waitFor();
    await watched.goWithin('/connections/con_00000000000000000000000000');
    await page.getByText('There is no such connection').first().waitFor();
    const others = [
      '/kill-switch/rev_none',
      '/kill-switch/frz_none',
      '/audit/aud_none',
      '/approvals/apr_none',
    ];
    for (const path of [`/integrations/${gone}`, ...others, '/signals/sst_none']) {
      await watched.goWithin(path);
      await page.getByText('It is not here any more').waitFor();
    }
    await watched.goWithin('/no/such/page');
    await page.getByRole('heading', { name: 'There is no such page', level: 1 }).waitFor();
  });

  chromiumTest('lists the connections with their integrations, whatever page was there before', async () => {
    const { integration } = dashboard().connectionsOf('steady');
    const name = 'Notes of the team';
    expect((await dashboard().api.patch(`/v1/integrations/${integration}`, { name })).status).toBe(200);
    const { page } = await dashboard().visit('/kill-switch/new', 'admin');
    await page.getByRole('combobox', { name: 'Integration' }).click();
    await page.getByRole('option', { name }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Connections' }).click();
    const table = page.getByRole('table', { name: 'Connections' });
    await table.getByRole('cell', { name }).first().waitFor();
  });

  chromiumTest('revokes one, with a reason, and only once that is given', async () => {
    const { id } = dashboard().connectionsOf('steady').connections[1]!;
    const { page } = await dashboard().visit(`/connections?q=${id}`, 'admin');
    const row = page.getByRole('table', { name: 'Connections' }).getByRole('row', { name: `user-of-${id}` });
    await row.getByText('Active').waitFor();
    await row.getByRole('link', { name: `user-of-${id}` }).click();
    await page.getByRole('heading', { name: `user-of-${id}`, level: 1 }).waitFor();
    await page.getByText('Tokens are served and renewed.').waitFor();
    const revoke = page.getByRole('button', { name: 'Revoke…' });
    if (!(await revoke.isVisible())) await page.getByRole('button', { name: 'More actions' }).click();
    await page
      .getByRole('button', { name: 'Revoke…' })
      .or(page.getByRole('menuitem', { name: 'Revoke…' }))
      .click();
    const dialog = page.getByRole('dialog', { name: new RegExp(`Revoke user-of-${id}.s connection to`) });
    await dialog.getByRole('button', { name: 'Revoke connection' }).click();
    await dialog.getByText('Fill this in.').waitFor();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('left the company');
    await dialog.getByRole('button', { name: 'Revoke connection' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page
      .getByText(/Its tokens stopped here/)
      .first()
      .waitFor();
    expect((await dashboard().api.get(`/v1/connections/${id}/token`)).status).toBe(410);
    await page.getByText('Revoked', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'New connect link' }).click();
    const link = page.getByRole('dialog', { name: `Connect link for user-of-${id}` });
    await link.getByText(/Their consent makes a new connection/).waitFor();
    await link.getByRole('button', { name: 'Close' }).click();
    // The list that was read a moment ago does not say what was.
    await page.goBack();
    await row.getByText('Revoked', { exact: true }).waitFor();
    const { body } = await dashboard().ask<{ data: { reason: string }[] }>(
      'admin',
      'GET',
      `audit?subject=${id}`,
    );
    expect(JSON.stringify(body)).toContain('left the company');
  });

  chromiumTest('keeps a tag that was refused where it was typed, and writes over none', async () => {
    const { id } = dashboard().connectionsOf('steady').connections[4]!;
    const tags = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`tag${at}`, 'old']));
    expect((await dashboard().api.patch(`/v1/connections/${id}`, { tags })).status).toBe(200);
    const { page } = (await dashboard().visit(`/connections/${id}`, 'admin')).allow(/status of 400/);
    const [key, value] = [
      page.getByRole('textbox', { name: 'Key' }),
      page.getByRole('textbox', { name: 'Value' }),
    ];
    const add = page.getByRole('button', { name: 'Add', exact: true });
    await page.getByRole('button', { name: 'Add tag' }).click();
    await key.fill('tag7');
    await value.fill('new');
    await add.click();
    await page.getByText('There is such a tag already').waitFor();
    await key.fill('tag20');
    await add.click();
    await page.getByText('would be more than 20 with those it has', { exact: true }).waitFor();
    expect([await key.inputValue(), await value.inputValue()]).toEqual(['tag20', 'new']);
    await page.getByRole('button', { name: 'Remove tag tag7' }).click();
    await page.getByText('Tag tag7 is removed').waitFor();
    await add.click();
    await page.getByRole('button', { name: 'Change tag20: new' }).waitFor();
    await key.waitFor({ state: 'hidden' });
  });

  chromiumTest('shows a renewal as it arrives, on a page that nobody touches', async () => {
    const { id } = dashboard().connectionsOf('steady').connections[2]!;
    const { page } = await dashboard().visit(`/connections/${id}`, 'viewer');
    await page.getByText('Tokens are served and renewed.').waitFor();
    await page.getByRole('button', { name: /^Live/ }).waitFor();
    expect(await page.getByText('generation 2').count()).toBe(0);
    expect((await dashboard().api.post(`/v1/connections/${id}/refresh`)).status).toBe(200);
    await page.getByText('generation 2').first().waitFor();
  });
}

async function deletedIntegration({ api }: OpenDashboard): Promise<string> {
  const { body } = await api.post<{ id: string }>('/v1/integrations', { provider: 'github', name: 'Builds' });
  expect((await api.delete(`/v1/integrations/${body.id}`)).status).toBe(204);
  return body.id;
}

/** Revoked first: what lives is not erased. */
async function erase(dashboard: OpenDashboard, id: string): Promise<void> {
  const { status } = await dashboard.ask('admin', 'POST', `connections/${id}/revoke`, { reason: 'left' });
  expect(status).toBe(200);
  await eventually(async () =>
    expect(await dashboard.api.delete(`/v1/connections/${id}`)).toMatchObject({ status: 204 }),
  );
}
