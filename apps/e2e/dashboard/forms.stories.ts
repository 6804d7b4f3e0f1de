import { chromiumTest } from '#testing';
import type { OpenDashboard } from './open-dashboard.js';

/** What a form does not lose, and does not let pass unsaid. */
export function formsStories(dashboard: () => OpenDashboard): void {
  chromiumTest('asks before a dialog closes over what was typed', async () => {
    const { page } = await dashboard().visit('/api-keys', 'admin');
    await page.getByRole('button', { name: 'Create API key' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Create an API key' });
    const name = dialog.getByRole('textbox', { name: 'Name' });
    const asked = page.getByRole('dialog', { name: 'Leave without saving?' });
    await name.fill('nightly');
    await page.keyboard.press('Escape');
    await asked.getByRole('button', { name: 'Stay' }).click();
    await asked.waitFor({ state: 'hidden' });
    expect(await name.inputValue()).toBe('nightly');
    await name.press('Escape');
    await asked.getByRole('button', { name: 'Leave' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Create API key' }).first().click();
    expect(await name.inputValue()).toBe('');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  chromiumTest('asks before a step back loses what was typed', async () => {
    const { body } = await dashboard().api.post<{ id: string }>('/v1/integrations', { provider: 'sandbox' });
    const { page } = await dashboard().visit(
      `/integrations/new?provider=sandbox&draft=${body.id}&step=client`,
      'admin',
    );
    const clientId = page.getByRole('textbox', { name: 'Client id' });
    const asked = page.getByRole('dialog', { name: 'Leave without saving?' });
    await clientId.fill('typed-and-not-saved');
    const back = page.getByRole('link', { name: 'Register the redirect URI there' });
    await back.click();
    await asked.getByRole('button', { name: 'Stay' }).click();
    await asked.waitFor({ state: 'hidden' });
    expect(await clientId.inputValue()).toBe('typed-and-not-saved');
    await back.click();
    await asked.getByRole('button', { name: 'Leave' }).click();
    await page.waitForURL(/step=register/);
    await clientId.waitFor({ state: 'hidden' });
  });

  chromiumTest('asks before a step back loses an invitation, or a key that is shown once', async () => {
    const { page } = await dashboard().visit('/members', 'admin');
    await page.getByRole('heading', { name: 'Members', level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Search or jump to' }).getByRole('combobox').fill('invite');
    await page.keyboard.press('Enter');
    const email = page.getByRole('textbox', { name: 'E-mail' });
    await email.fill('grace@company.example');
    await page.evaluate('history.back()');
    const asked = page.getByRole('dialog', { name: 'Leave without saving?' });
    await asked.getByRole('button', { name: 'Stay' }).click();
    await asked.waitFor({ state: 'hidden' });
    expect(await email.inputValue()).toBe('grace@company.example');
    await page.evaluate('history.back()');
    await asked.getByRole('button', { name: 'Leave' }).click();
    await email.waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'API keys', exact: true }).click();
    await page.getByRole('button', { name: 'Create API key' }).first().click();
    await page.getByRole('textbox', { name: 'Name' }).fill('shown once');
    await page.getByRole('dialog').getByRole('checkbox').first().check();
    await page.getByRole('button', { name: 'Create key' }).click();
    const secret = page.getByRole('dialog').filter({ hasText: 'It is shown only now' });
    await secret.waitFor();
    await page.evaluate('history.back()');
    const lost = page.getByRole('dialog', { name: 'Leave before it is stored?' });
    await lost.getByRole('button', { name: 'Stay' }).click();
    await lost.waitFor({ state: 'hidden' });
    await secret.getByRole('button', { name: 'I stored it' }).click();
    await secret.waitFor({ state: 'hidden' });
    await page.evaluate('history.back()');
    await page.getByRole('heading', { name: 'Members', level: 1 }).waitFor();
  });

  chromiumTest('says that a secret was not replaced, and replaces it at the next try', async () => {
    const { body } = await dashboard().api.post<{ id: string }>('/v1/integrations', { provider: 'sandbox' });
    const change = { client_id: 'a-client-of-nobody', client_secret: 'its-secret-until-now' };
    await dashboard().ask('deputy', 'PATCH', `v1/integrations/${body.id}`, change);
    const watched = await dashboard().visit(`/integrations/${body.id}`, 'admin');
    const { page } = watched.allow(/status of 412/);
    const answers: number[] = [];
    page.on('response', (answer) => {
      if (answer.request().method() === 'PATCH') answers.push(answer.status());
    });
    await page.getByRole('button', { name: 'Replace secret' }).click();
    const dialog = page.getByRole('dialog', { name: /^Replace the client secret/ });
    await dialog.getByLabel('New secret').fill('the-new-secret-of-the-client');
    // Somebody else saves while this one is on its way.
    await page.route(
      `**/v1/integrations/${body.id}`,
      async (route) => {
        await dashboard().ask('deputy', 'PATCH', `v1/integrations/${body.id}`, { confirmation: false });
        await route.continue();
      },
      { times: 1 },
    );
    const rotate = dialog.getByRole('button', { name: 'Replace secret' });
    await rotate.click();
    await dialog.getByRole('alert').filter({ hasText: 'Somebody else changed this meanwhile' }).waitFor();
    await rotate.click();
    await dialog.waitFor({ state: 'hidden' });
    expect(answers).toEqual([412, 200]);
  });

  chromiumTest('shows whose end of a key would be written over', async () => {
    const { body: key } = await dashboard().api.post<{ id: string }>('/v1/api-keys', {
      name: 'edited by two',
      scopes: ['connections:read'],
    });
    const { page } = (await dashboard().visit(`/api-keys?open=${key.id}`, 'admin')).allow(/status of 412/);
    await page.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog', { name: /edited by two/ }).filter({ hasText: 'Save changes' });
    await dialog.getByRole('combobox', { name: 'Expires' }).selectOption('In 30 days');
    await dashboard().ask('deputy', 'PATCH', `v1/api-keys/${key.id}`, { expires_at: '2099-05-06T07:08:09Z' });
    await dialog.getByRole('button', { name: 'Save changes' }).click();
    const lost = dialog.getByRole('alert').filter({ hasText: 'Somebody else changed this meanwhile' });
    await lost.getByText('2099-05-06 07:08 UTC').waitFor();
    await lost.getByText('In 30 days').waitFor();
    await lost.getByRole('button', { name: 'Keep what is there' }).click();
    expect(await dialog.getByRole('combobox', { name: 'Expires' }).inputValue()).toMatch(/^2099-05-06/);
  });

  chromiumTest('lets no rule act before exactly what was typed is counted', async () => {
    const { page } = await dashboard().visit('/settings', 'admin');
    const rule = page.getByRole('group', { name: 'Dead', exact: true });
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route(/reaper\/candidates\?.*dead_after_days=77/, async (route) => {
      await held;
      await route.continue();
    });
    await rule.getByRole('textbox', { name: 'Days: Dead' }).fill('77');
    await rule.getByRole('combobox', { name: 'Action: Dead' }).selectOption('Revoke');
    await page
      .getByRole('button', { name: 'Save changes' })
      .and(page.locator('form:has([aria-label="Days: Dead"]) *'))
      .click();
    const dialog = page.getByRole('dialog', { name: 'Let these rules act?' });
    const act = dialog.getByRole('button', { name: 'Let these rules act' });
    await act.waitFor();
    expect(await act.isDisabled()).toBe(true);
    release();
    await dialog.getByText('Dead: Revoke 0').waitFor();
    expect(await act.isDisabled()).toBe(false);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });
}
