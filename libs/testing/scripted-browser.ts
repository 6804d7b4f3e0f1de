interface Cookie {
  name: string;
  value: string;
  path: string;
}

/** A page that was reached, or the address for which the browser left (`leftFor`). */
export interface VisitedPage {
  url: URL;
  status: number;
  headers: Headers;
  html: string;
  leftFor?: URL;
}

const maximumHops = 20;

/**
 * A browser without a window: keeps cookies by host and path, follows redirects from site to site, submits forms.
 * `foreign` names origins that are not visited; a redirect to one ends the visit.
 */
export class ScriptedBrowser {
  constructor(
    private readonly foreign: readonly string[] = [],
    private readonly jar = new Map<string, Map<string, Cookie>>(),
  ) {}

  /** The same browser, but that redirects to these origins are not followed. */
  stoppingAt(...foreign: string[]): ScriptedBrowser {
    return new ScriptedBrowser(foreign, this.jar);
  }

  /** Names and values of a host's cookies. */
  cookiesOf(host: string): [name: string, value: string][] {
    return [...(this.jar.get(host)?.values() ?? [])].map(({ name, value }) => [name, value]);
  }

  /** The value of a cookie, as somebody who reads the browser's disk has it. */
  cookie(host: string, name: string): string | undefined {
    return this.cookiesOf(host).find(([known]) => known === name)?.[1];
  }

  /** Puts a cookie into the browser, as somebody who sat at it before could. */
  plant(host: string, name: string, value: string): void {
    this.keep(host, `${name}=${value}; Path=/`);
  }

  async open(address: string | URL, form?: Record<string, string>): Promise<VisitedPage> {
    let url = new URL(address);
    let body = form;
    for (let hop = 0; hop < maximumHops; hop++) {
      const answer = await this.fetch(url, body);
      const location = answer.headers.get('location');
      const page = { url, status: answer.status, headers: answer.headers, html: await answer.text() };
      if (answer.status < 300 || answer.status >= 400 || location === null) return page;
      const next = new URL(location, url);
      if (this.foreign.includes(next.origin)) return { ...page, leftFor: next };
      [url, body] = [next, undefined];
    }
    throw new Error(`more than ${maximumHops} redirects, last to ${url.origin}${url.pathname}`);
  }

  /** Follows the first link whose text or address matches. */
  async follow(page: VisitedPage, matching: RegExp): Promise<VisitedPage> {
    for (const [, href = '', text = ''] of page.html.matchAll(/<a\b[^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gs))
      if (matching.test(href) || matching.test(text)) return this.open(new URL(unescape(href), page.url));
    throw new Error(`no link like ${String(matching)} on ${page.url.pathname}:\n${page.html}`);
  }

  /** Submits the page's form to its action, with its hidden fields. */
  async submit(page: VisitedPage, fields: Record<string, string>): Promise<VisitedPage> {
    const action = /<form\b[^>]*action="([^"]*)"/.exec(page.html)?.[1];
    const hidden: Record<string, string> = {};
    for (const [tag] of page.html.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)) {
      const name = /name="([^"]*)"/.exec(tag)?.[1];
      if (name) hidden[name] = unescape(/value="([^"]*)"/.exec(tag)?.[1] ?? '');
    }
    return this.open(action ? new URL(unescape(action), page.url) : page.url, { ...hidden, ...fields });
  }

  /** Forgets all cookies of a host: another browser, or another person. */
  forget(host: string): void {
    this.jar.delete(host);
  }

  /** One request with the cookies of its host; redirects are not followed. */
  async fetch(url: URL, form?: Record<string, string>): Promise<Response> {
    const cookies = [...(this.jar.get(url.hostname)?.values() ?? [])].filter(({ path }) =>
      reaches(url.pathname, path),
    );
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { accept: 'text/html', ...(cookie && { cookie }) },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) this.keep(url.hostname, line);
    return response;
  }

  private keep(host: string, line: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const equals = pair.indexOf('=');
    const valueOf = (wanted: string) =>
      attributes.find((one) => one.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const cookie = {
      name: pair.slice(0, equals),
      value: pair.slice(equals + 1),
      path: valueOf('path') ?? '/',
    };
    const cookies = this.jar.get(host) ?? new Map<string, Cookie>();
    this.jar.set(host, cookies);
    const expires = valueOf('expires');
    const gone = valueOf('max-age') === '0' || (expires !== undefined && Date.parse(expires) < Date.now());
    if (gone) cookies.delete(`${cookie.name} ${cookie.path}`);
    else cookies.set(`${cookie.name} ${cookie.path}`, cookie);
  }
}

/** RFC 6265 5.1.4. */
function reaches(path: string, cookiePath: string): boolean {
  return path === cookiePath || path.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`);
}

function unescape(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
