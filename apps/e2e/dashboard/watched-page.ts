import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { BrowserContext, CDPSession, Page, Request, Response } from 'playwright-core';

/** Long enough to be a secret, and of the letters that tokens are made of. */
const words = /[\w.~+/=-]{16,}/g;

/** Chromium says on the console what it refused; this says it of violations that it keeps to itself, too. */
const reportViolations = `document.addEventListener('securitypolicyviolation', (event) => console.error(
  'CSP violation: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile + ':' + event.lineNumber));`;

/** The machine of a test may be busy. */
const patienceMs = 15_000;
const lastAnswersMs = 2_000;
/** Charts and badges are drawn by then. */
const quietMs = 300;

/** A page whose browser tells everything that it refused, that failed, and that it was sent. */
export class WatchedPage {
  /** Violations of the policy, errors of the console and of scripts. */
  readonly faults: string[] = [];
  /** What the stream of events told it. */
  events = '';
  /** Addresses of all requests. */
  readonly requested: string[] = [];
  private readonly allowed: RegExp[] = [];
  private readonly received: Promise<void>[] = [];
  private readonly pending = new Set<Request>();

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly hashes: Set<string>,
  ) {}

  /** @param hashes takes the SHA-256 of whatever the page is sent that could be a token */
  static async open(context: BrowserContext, hashes: Set<string>): Promise<WatchedPage> {
    context.setDefaultTimeout(patienceMs);
    await context.addInitScript(reportViolations);
    const page = await context.newPage();
    const watched = new WatchedPage(context, page, hashes);
    page.on('console', (message) => {
      if (message.type() === 'error') watched.fault(`${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => watched.fault(`uncaught: ${error.stack ?? error.message}`));
    page.on('request', (request) => watched.asked(request));
    page.on('requestfinished', (request) => watched.pending.delete(request));
    page.on('requestfailed', (request) => watched.pending.delete(request));
    page.on('response', (response) => watched.received.push(watched.read(response)));
    await watched.readEvents(await context.newCDPSession(page));
    return watched;
  }

  /** To another page as by a link: nothing is loaded again, and what the page keeps stays. */
  async goWithin(path: string): Promise<void> {
    await this.page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)})`);
    await this.settled();
    await this.page.getByRole('heading', { level: 1 }).waitFor();
  }

  /** Once nothing was asked for a while: live events never end, and are not waited for. */
  async settled(): Promise<void> {
    const end = Date.now() + patienceMs;
    for (let quietSince = Date.now(); Date.now() - quietSince < quietMs;) {
      await pause(50);
      if (this.pending.size > 0) quietSince = Date.now();
      if (Date.now() > end)
        throw new Error(`waited for ${[...this.pending].map((one) => one.url()).join(', ')}`);
    }
  }

  /** The story provokes this one. */
  allow(...faults: RegExp[]): this {
    this.allowed.push(...faults);
    return this;
  }

  /** Ends it, and answers what nobody had provoked. */
  async close(): Promise<string[]> {
    // Of a page that was left, an answer may never end.
    await Promise.race([Promise.all(this.received), pause(lastAnswersMs)]);
    this.keep(this.events);
    await this.context.close();
    return this.faults;
  }

  private asked(request: Request): void {
    this.requested.push(request.url());
    if (!isLive(request)) this.pending.add(request);
  }

  private fault(text: string): void {
    if (!this.allowed.some((one) => one.test(text))) this.faults.push(`${this.page.url()}: ${text}`);
  }

  private async read(response: Response): Promise<void> {
    this.keep(JSON.stringify(response.headers()));
    const type = response.headers()['content-type'] ?? '';
    if (/json|html|plain/.test(type)) this.keep(await response.text().catch(() => ''));
  }

  /** The stream of events never ends: its pieces, as they come. */
  private async readEvents(devTools: CDPSession): Promise<void> {
    const streams = new Set<string>();
    const decoder = new TextDecoder();
    const append = (base64: string) =>
      void (this.events += decoder.decode(Buffer.from(base64, 'base64'), { stream: true }));
    await devTools.send('Network.enable');
    devTools.on('Network.responseReceived', ({ requestId, response }) => {
      if (new URL(response.url).pathname !== live) return;
      streams.add(requestId);
      void devTools.send('Network.streamResourceContent', { requestId }).then(
        ({ bufferedData }) => append(bufferedData),
        () => undefined,
      );
    });
    devTools.on('Network.dataReceived', ({ requestId, data }) => {
      if (data && streams.has(requestId)) append(data);
    });
  }

  private keep(text: string): void {
    for (const [word] of text.matchAll(words)) this.hashes.add(sha256(word));
  }
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const live = '/admin/api/events';
const isLive = (request: Request): boolean => new URL(request.url()).pathname === live;
