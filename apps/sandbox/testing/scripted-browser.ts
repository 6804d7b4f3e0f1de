interface Cookie {
  value: string;
  path: string;
}

const fits = (path: string, cookiePath: string): boolean =>
  path === cookiePath || path.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`);

/** A browser without a window: keeps cookies by name and path, follows redirects inside one origin. */
export class ScriptedBrowser {
  private readonly jar = new Map<string, Cookie & { name: string }>();

  constructor(private readonly origin: string) {}

  async fetch(url: string | URL, form?: Record<string, string>): Promise<Response> {
    const target = new URL(url, this.origin);
    const cookie = [...this.jar.values()]
      .filter(({ path }) => fits(target.pathname, path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    const headers = { accept: 'text/html', ...(cookie ? { cookie } : {}) };
    const response = await fetch(target, {
      redirect: 'manual',
      headers,
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    response.headers.getSetCookie().forEach((line) => this.keep(line));
    return response;
  }

  /** Follows redirects until a page of the origin, or a redirect that leaves it: `leftFor`. */
  async open(
    url: string | URL,
    form?: Record<string, string>,
  ): Promise<{ response: Response; url: URL; leftFor?: URL }> {
    let at = new URL(url, this.origin);
    let response = await this.fetch(at, form);
    for (let hops = 0; hops < 10 && response.status >= 300 && response.status < 400; hops++) {
      const next = new URL(response.headers.get('location') ?? '', at);
      if (next.origin !== this.origin) return { response, url: at, leftFor: next };
      at = next;
      response = await this.fetch(at);
    }
    return { response, url: at };
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
    const attribute = (wanted: string) =>
      attributes.find((one) => one.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const path = attribute('path') ?? '/';
    const expires = attribute('expires');
    if (expires && Date.parse(expires) < Date.now()) this.jar.delete(`${name} ${path}`);
    else this.jar.set(`${name} ${path}`, { name, value, path });
  }
}
