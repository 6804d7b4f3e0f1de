import { createHash } from 'node:crypto';
import type { BrowserContext, CDPSession, Page, Response } from 'playwright-core';

/** Long enough to be a secret, and of the letters that tokens are made of. */
const words = /[\w.~+/=-]{16,}/g;

/** Chromium says on the console what it refused; this says it of violations that it keeps to itself, too. */
const reportViolations = `document.addEventListener('securitypolicyviolation', (event) => console.error(
  'CSP violation: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile + ':' + event.lineNumber));`;

/** The machine of a test may be busy. */
const patienceMs = 15_000;

/** A page whose browser tells everything that it refused, that failed, and that it was sent. */
export class WatchedPage {
  /** Violations of the policy, errors of the console and of scripts. */
  readonly faults: string[] = [];
  /** Addresses of all requests. */
  readonly requested: string[] = [];
  private readonly allowed: RegExp[] = [];
  private readonly received: Promise<void>[] = [];

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
    page.on('request', (request) => watched.requested.push(request.url()));
    page.on('response', (response) => watched.received.push(watched.read(response)));
    await watched.readEvents(await context.newCDPSession(page));
    return watched;
  }

  /** The story provokes this one. */
  allow(...faults: RegExp[]): this {
    this.allowed.push(...faults);
    return this;
  }

  /** Ends it, and answers what nobody had provoked. */
  async close(): Promise<string[]> {
    await Promise.all(this.received);
    await this.context.close();
    return this.faults;
  }

  private fault(text: string): void {
    if (!this.allowed.some((one) => one.test(text))) this.faults.push(`${this.page.url()}: ${text}`);
  }

  private async read(response: Response): Promise<void> {
    this.keep(JSON.stringify(response.headers()));
    const type = response.headers()['content-type'] ?? '';
    if (/json|html|plain/.test(type)) this.keep(await response.text().catch(() => ''));
  }

  private async readEvents(devTools: CDPSession): Promise<void> {
    await devTools.send('Network.enable');
    devTools.on('Network.eventSourceMessageReceived', ({ data }) => this.keep(data));
  }

  private keep(text: string): void {
    for (const [word] of text.matchAll(words)) this.hashes.add(sha256(word));
  }
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
