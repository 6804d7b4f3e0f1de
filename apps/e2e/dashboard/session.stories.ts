import type { BrowserContext, Page } from 'playwright-core';
import { chromiumTest, eventually } from '#testing';
import type { OpenDashboard } from './open-dashboard.js';
import type { PersonName } from './people.js';
import type { WatchedPage } from './watched-page.js';

const noLongerFresh = /status of 40[13]/;

/** Who is signed in where, and what becomes of a page when that changes. */
export function sessionStories(dashboard: () => OpenDashboard): void {
  let made: Promise<{ id: string; name: string }> | undefined;
  const secondWorkspace = () =>
    (made ??= dashboard()
      .ask<{ id: string; name: string }>('admin', 'POST', 'v1/workspaces', { name: 'Second' })
      .then(({ body }) => body));

  /** A session of its own: the others of this person are ended by some stories. */
  const signedIn = async (path: string, name: PersonName): Promise<WatchedPage> => {
    const watched = (await dashboard().visit(path, undefined)).allow(noLongerFresh);
    await dashboard().people.logIn(watched.page, name);
    await watched.page.getByRole('heading', { level: 1 }).waitFor();
    return watched;
  };
  const endOthers = async (name: PersonName) =>
    expect((await dashboard().ask(name, 'POST', 'sessions/end-others')).status).toBe(200);

  chromiumTest('switches the workspace with nothing of the former one left on the page', async () => {
    const { name } = await secondWorkspace();
    const { page } = (await signedIn('/', 'admin')).allow(/status of 404/);
    await page
      .getByText(/\bactive\b/i)
      .first()
      .waitFor();
    await page.evaluate(`window.isFormerPage = true`);
    const switcher = page.getByRole('button', { name: /^Switch workspace: / });
    const former = (await switcher.getAttribute('aria-label'))!.replace('Switch workspace: ', '');
    await switchTo(page, name);
    await page.getByRole('button', { name: `Switch workspace: ${name}` }).waitFor();
    expect(await page.evaluate(`window.isFormerPage`)).toBeUndefined();
    // What belongs to the former one is found there, at the same address.
    const { id } = dashboard().connectionsOf('steady').connections[0]!;
    await page.goto(`${dashboard().origin}/connections/${id}?tab=reads`);
    await page.getByText('Or is it in another of yours?').waitFor();
    await page.getByRole('button', { name: `Look in ${former}` }).click();
    await page.getByRole('heading', { name: `user-of-${id}`, level: 1 }).waitFor();
    expect(page.url()).toBe(`${dashboard().origin}/connections/${id}?tab=reads`);
  });

  chromiumTest(
    'does a change in the workspace that it was asked in, whoever asks to sign in meanwhile',
    async () => {
      const { id, name } = await secondWorkspace();
      const { page, context } = await signedIn('/', 'admin');
      await switchTo(page, name);
      await page.getByRole('button', { name: `Switch workspace: ${name}` }).waitFor();
      await page.getByRole('link', { name: 'API keys' }).click();
      await page.getByRole('button', { name: 'Create API key' }).first().click();
      const dialog = page.getByRole('dialog', { name: 'Create an API key' });
      await dialog.getByRole('textbox', { name: 'Name' }).fill('of the second');
      await dialog.getByRole('checkbox').first().check();
      await endOthers('admin');
      await dialog.getByRole('button', { name: 'Create key' }).dispatchEvent('click');
      await signInAgain(page, context);
      await page.getByText('It is shown only now').waitFor();
      const keysIn = async (workspace: Record<string, string>) => {
        const path = 'v1/api-keys?limit=50';
        const { body } = await dashboard().ask<{ data: { name: string }[] }>(
          'admin',
          'GET',
          path,
          undefined,
          workspace,
        );
        return body.data.map((key) => key.name);
      };
      expect(await keysIn({ 'evergrant-workspace': id })).toContain('of the second');
      expect(await keysIn({})).not.toContain('of the second');
    },
  );

  chromiumTest('begins anew where somebody else signs in', async () => {
    const { page, context } = await signedIn('/connections?q=user-of', 'viewer');
    await context.clearCookies();
    await page.getByRole('searchbox').first().fill('user-of-c');
    const popup = await openSignIn(page, context);
    await dashboard().people.logIn(popup, 'deputy');
    await page.waitForURL(`${dashboard().origin}/`);
    await page.getByRole('button', { name: 'You', exact: true }).click();
    await page.getByText('deputy@company.example').waitFor();
  });

  chromiumTest('goes on in one tab where another one signed in again', async () => {
    // Not the admin, whose new sessions begin in the second workspace: that is where the admin was last.
    const { integration } = dashboard().connectionsOf('steady');
    const first = await signedIn(`/connect-links?new=true&integration=${integration}`, 'deputy');
    const { page, context } = first;
    const dialog = page.getByRole('dialog', { name: 'Make a connect link' });
    await dialog.getByRole('textbox', { name: 'End user id' }).fill('of-two-tabs');
    const second = (await dashboard().watch(context)).allow(noLongerFresh);
    // The stream ends with the session that it was opened in, and the next goes on where it was.
    const resumed = page.waitForRequest(/admin\/api\/events\?after=/, { timeout: 30_000 });
    await second.page.goto(`${dashboard().origin}/admin/sign-in?max_age=0&return_to=/audit`);
    await dashboard().people.logIn(second.page, 'deputy');
    await second.page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor();
    await resumed;
    expect(await page.getByRole('dialog', { name: 'Your session is over' }).count()).toBe(0);
    await dialog.getByRole('button', { name: 'Make link' }).click();
    await page.getByRole('dialog', { name: 'Connect link for of-two-tabs' }).waitFor();
  });

  chromiumTest('says of what it asks by itself whether somebody is there', async () => {
    const watched = await dashboard().watch(await dashboard().people.contextOf('admin'));
    const { page } = watched;
    await page.clock.install();
    const marks: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/admin/api/approvals'))
        marks.push(request.headers()['evergrant-unattended']);
    });
    await page.goto(dashboard().origin);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await watched.settled();
    expect(marks).toContain(undefined);
    await page.clock.fastForward(90_000);
    await eventually(async () => expect(marks.at(-1)).toBe('true'));
    await page.mouse.move(200, 200);
    await page.clock.fastForward(31_000);
    await eventually(async () => expect(marks.at(-1)).toBeUndefined());
  });

  chromiumTest(
    'keeps what was typed when it wakes up without network and with its session over',
    async () => {
      const { integration } = dashboard().connectionsOf('steady');
      const watched = await signedIn(`/connect-links?new=true&integration=${integration}`, 'deputy');
      const { page, context } = watched.allow(/net::ERR_/);
      // Without events: they would tell of the end of the session first.
      await page.route(/admin\/api\/events/, (route) => route.abort());
      await page.reload();
      const dialog = page.getByRole('dialog', { name: 'Make a connect link' });
      const field = dialog.getByRole('textbox', { name: 'End user id' });
      await field.fill('typed-before');
      await context.setOffline(true);
      await dialog.getByRole('button', { name: 'Make link' }).click();
      await page.getByText('Evergrant cannot be reached. What').waitFor();
      await endOthers('deputy');
      await context.setOffline(false);
      await signInAgain(page, context);
      await page.getByText('Evergrant cannot be reached. What').waitFor({ state: 'hidden' });
      expect(await field.inputValue()).toBe('typed-before');
      await dialog.getByRole('button', { name: 'Make link' }).click();
      await page.getByRole('dialog', { name: 'Connect link for typed-before' }).waitFor();
    },
  );

  chromiumTest('offers a link where the browser opens no window to sign in', async () => {
    const { page, context } = await signedIn('/connections', 'viewer');
    await page.evaluate(`window.open = () => null`);
    await endOthers('viewer');
    const dialog = page.getByRole('dialog', { name: 'Your session is over' });
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    const opened = context.waitForEvent('page');
    await dialog.getByRole('link', { name: 'Sign in in a new tab' }).click();
    await opened;
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor();
  });
}

async function switchTo(page: Page, workspace: string): Promise<void> {
  await page.getByRole('button', { name: /^Switch workspace/ }).click();
  await page.getByRole('menuitem', { name: workspace }).click();
}

async function openSignIn(page: Page, context: BrowserContext): Promise<Page> {
  const dialog = page.getByRole('dialog', { name: 'Your session is over' });
  await dialog.waitFor();
  const opened = context.waitForEvent('page');
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  return opened;
}

/** The identity provider still knows them. */
async function signInAgain(page: Page, context: BrowserContext): Promise<void> {
  const popup = await openSignIn(page, context);
  if (!popup.isClosed()) await popup.waitForEvent('close');
  await page.getByRole('dialog', { name: 'Your session is over' }).waitFor({ state: 'hidden' });
}
