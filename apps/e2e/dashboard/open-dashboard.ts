import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { ApiClient, findChromium, startPostgres, startSystem, type RunningSystem } from '#testing';
import { seedPersonas, type SeededPersona } from '../steps/revoked-personas.js';
import { sqlOf, type Sql } from '../steps/two-workspaces.js';
import { oneOfEach, type OneOfEach } from './one-of-each.js';
import { ask, People, type Answer, type PersonName } from './people.js';
import { WatchedPage } from './watched-page.js';

type ContextOptions = Parameters<Browser['newContext']>[0];

/** How many connections there are of each kind to begin with. */
const seeds = [
  { name: 'steady', count: 12 },
  { name: 'doomed', count: 8 },
  { name: 'held', count: 5 },
];

/** The product, one browser, and its people, for all stories of the dashboard. */
export class OpenDashboard {
  /** SHA-256 of whatever a page was sent that could be a token. */
  readonly received = new Set<string>();
  private readonly pages: WatchedPage[] = [];
  private seeded: readonly SeededPersona[] = [];
  private made?: OneOfEach;

  private constructor(
    readonly system: RunningSystem,
    readonly browser: Browser,
    readonly people: People,
    private readonly databaseUrl: string,
    private readonly end: () => Promise<void>,
  ) {}

  static async start(): Promise<OpenDashboard> {
    const postgres = await startPostgres();
    const system = await startSystem({ env: { DATABASE_URL: postgres.url } });
    const browser = await chromium.launch({
      executablePath: findChromium(),
      args: ['--no-sandbox', '--disable-background-networking'],
    });
    const people = new People(system, browser);
    await people.arrive();
    return new OpenDashboard(system, browser, people, postgres.url, async () => {
      await browser.close();
      await system.stop();
      await postgres.stop();
    });
  }

  /** Connections with living tokens, of several integrations, and one of each that has a page of its own. */
  async seed(): Promise<void> {
    this.seeded = await seedPersonas(this.system, this.sql, this.databaseUrl, seeds);
    this.made = await oneOfEach(this);
  }

  get one(): OneOfEach {
    return this.made!;
  }

  /** As the database's owner. */
  get sql(): Sql {
    return sqlOf(this.databaseUrl);
  }

  get origin(): string {
    return this.system.bootstrap.public_url;
  }

  /** With the key of bootstrap.json, as the platform calls it. */
  get api(): ApiClient {
    return new ApiClient(this.origin, this.system.bootstrap.api_key);
  }

  /** The sandbox's control. */
  get control(): ApiClient {
    return new ApiClient(this.system.bootstrap.sandbox_admin_url);
  }

  connectionsOf(name: string): SeededPersona {
    return this.seeded.find((one) => one.name === name)!;
  }

  /** Everybody proved who they are just now, however long the stories before took. */
  async freshenSignIns(): Promise<void> {
    await this.sql.query(`UPDATE session SET authenticated_at = now() WHERE ended_at IS NULL`);
  }

  /** How many connections one person alone may revoke at once; null: as many as the installation says. */
  async letApproveAbove(count: number | null): Promise<void> {
    const path = `/v1/workspaces/${this.system.bootstrap.workspace}`;
    const { headers } = await this.api.get(path);
    const match = { 'if-match': headers.get('etag')! };
    const changed = await this.api.patch(path, { approval_above: count }, match);
    expect(changed).toMatchObject({ status: 200, body: { approval_above: count } });
  }

  /** A page of the dashboard in a browser of this person's own; without one, of nobody who is signed in. */
  async visit(path: string, name?: PersonName, options?: ContextOptions): Promise<WatchedPage> {
    const watched = await this.watch(await this.people.contextOf(name, options));
    // Nobody is signed in: the page asks, and is told so.
    if (!name) watched.allow(/status of 401/);
    await watched.page.goto(this.origin + path);
    return watched;
  }

  async watch(context: BrowserContext): Promise<WatchedPage> {
    const watched = await WatchedPage.open(context, this.received);
    this.pages.push(watched);
    return watched;
  }

  /** As a page of theirs would ask the API. */
  async ask<T = Record<string, unknown>>(
    name: PersonName,
    method: string,
    path: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<Answer<T>> {
    const context = await this.people.contextOf(name);
    try {
      return await ask<T>(context, this.origin, method, path, body, headers);
    } finally {
      await context.close();
    }
  }

  /** Ends what a story opened, and answers what went wrong on its pages. */
  async closePages(): Promise<string[]> {
    return (await Promise.all(this.pages.splice(0).map((page) => page.close()))).flat();
  }

  async close(): Promise<void> {
    await this.end();
  }
}
