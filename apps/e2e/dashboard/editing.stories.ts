import { chromiumTest, eventually } from '#testing';
import { axeViolations } from './accessibility.js';
import type { OpenDashboard } from './open-dashboard.js';

/** What is typed is neither lost nor written over what somebody else saved. */
export function editingStories(dashboard: () => OpenDashboard): void {
  chromiumTest('lays what another admin saved beside what was typed', async () => {
    const { integration } = dashboard().connectionsOf('steady');
    const mine = (await dashboard().visit(`/integrations/${integration}`, 'admin')).allow(/status of 412/);
    const theirs = await dashboard().visit(`/integrations/${integration}`, 'deputy');
    const name = (of: typeof mine) => of.page.getByRole('textbox', { name: 'Name', exact: true });
    const save = (of: typeof mine) => of.page.getByRole('button', { name: 'Save changes' }).click();
    await name(mine).fill('Named by the admin');
    await name(theirs).fill('Named by the deputy');
    await save(theirs);
    await theirs.page.getByRole('heading', { name: 'Named by the deputy', level: 1 }).waitFor();
    await save(mine);
    const lost = mine.page.getByRole('alert').filter({ hasText: 'Somebody else changed this meanwhile' });
    await lost.getByText('Named by the deputy').waitFor();
    await lost.getByText('Named by the admin').waitFor();
    expect(await axeViolations(mine.page)).toEqual([]);
    await lost.getByRole('button', { name: 'Save mine over it' }).click();
    await mine.page.getByRole('heading', { name: 'Named by the admin', level: 1 }).waitFor();
    const { body } = await dashboard().api.get<{ name: string }>(`/v1/integrations/${integration}`);
    expect(body.name).toBe('Named by the admin');
  });

  chromiumTest('shows nowhere what was before a change, however fresh that was', async () => {
    const draft = { provider: 'github', name: 'Never finished' };
    expect((await dashboard().api.post('/v1/integrations', draft)).status).toBe(201);
    const { page } = await dashboard().visit('/integrations', 'admin');
    const link = page.getByRole('table', { name: 'Integrations' }).getByRole('link', { name: draft.name });
    await link.click();
    await page.getByRole('link', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Discard draft' }).click();
    const discard = page.getByRole('dialog', { name: /^Discard the draft/ });
    await discard.getByRole('button', { name: 'Discard draft' }).click();
    await page.getByRole('heading', { name: 'Integrations', level: 1 }).waitFor();
    await link.waitFor({ state: 'detached' });

    await page.goto(`${dashboard().origin}/signals?tab=policies`);
    const found = page.getByRole('listitem').filter({ hasText: 'A living token is found' });
    const before = await found.innerText();
    await page.getByRole('link', { name: 'Change in settings: Leaked tokens' }).click();
    await page.getByRole('radio', { name: 'Pause its connection' }).check();
    await page
      .locator('form', { hasText: 'Pause its connection' })
      .getByRole('button', { name: 'Save' })
      .click();
    await page.getByText('What is done about leaked tokens is saved').waitFor();
    await page.goBack();
    expect(await found.innerText()).not.toBe(before);
  });

  chromiumTest('warns before what was typed is left', async () => {
    const { integration } = dashboard().connectionsOf('steady');
    const { page } = await dashboard().visit(`/integrations/${integration}`, 'admin');
    const field = page.getByRole('textbox', { name: 'Name', exact: true });
    await field.fill('Never saved');
    await page.getByRole('link', { name: 'Audit', exact: true }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
    await dialog.getByRole('button', { name: 'Stay' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await field.inputValue()).toBe('Never saved');
    await page.getByRole('link', { name: 'Audit', exact: true }).first().click();
    await dialog.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor();
    const { body } = await dashboard().api.get<{ name: string }>(`/v1/integrations/${integration}`);
    expect(body.name).not.toBe('Never saved');
  });

  chromiumTest('says what is wrong beside the field that it is about, the API’s word too', async () => {
    const { page } = (await dashboard().visit('/api-keys', 'admin')).allow(/status of (400|422)/);
    await page.getByRole('button', { name: 'Create API key' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Create an API key' });
    const create = dialog.getByRole('button', { name: 'Create key' });
    await create.click();
    const name = dialog.getByRole('textbox', { name: 'Name' });
    const networks = dialog.getByRole('textbox', { name: 'Allowed networks' });
    await dialog.getByText('Choose at least one.').waitFor();
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    expect(await name.and(page.locator(':focus')).count()).toBe(1);
    await name.fill('nightly');
    await dialog.getByRole('checkbox').first().check();
    await networks.fill('10.0.0.0/8\n10.0.0.0/99');
    await create.click();
    await eventually(async () => expect(await networks.getAttribute('aria-invalid')).toBe('true'));
    expect(await page.evaluate(`document.activeElement?.getAttribute('aria-invalid')`)).toBe('true');
    expect(await name.getAttribute('aria-invalid')).not.toBe('true');
    expect(await name.inputValue()).toBe('nightly');
    expect(await axeViolations(page)).toEqual([]);
  });
}
