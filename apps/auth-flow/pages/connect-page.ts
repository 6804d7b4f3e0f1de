import { html, pageFrame, type Html, type Page } from '#platform';

export interface ConnectPage {
  provider: string;
  /** The integration's name, as its owner called it. */
  integration: string;
  endUser: { id: string; email: string | null; name: string | null };
  scopes: readonly string[];
  /** Where Continue leads in the end: the provider's own host. */
  providerHost: string;
  startUrl: string;
  reconnects: boolean;
}

/** What a person reads before leaving for the provider: who asks, for what, and on whose behalf. */
export function connectPage(page: ConnectPage): Page {
  const { provider, integration, providerHost, startUrl } = page;
  const title = page.reconnects ? `Reconnect ${provider}` : `Connect ${provider}`;
  const content = html`<h1>${title}</h1>
    <p><strong>${integration}</strong> asks for access to your account at <strong>${provider}</strong>.</p>
    <h2>For</h2>
    <p>${forWhom(page.endUser)}</p>
    ${scopeList(page.scopes)}
    <p class="actions"><a class="main" href="${startUrl}" rel="noreferrer">Continue to ${provider}</a></p>
    <p class="dim">
      You sign in at ${providerHost}, and can still say no there. If you are not the person named above, or
      did not expect this, close this page: nothing has happened yet.
    </p>`;
  return { status: 200, html: pageFrame(title, content) };
}

/** The person by name, address and id, whichever are known; the name alone could be anybody's. */
export function forWhom({ id, email, name }: ConnectPage['endUser']): Html {
  const known = [name, email].filter((text) => text !== null && text !== '') as string[];
  const [first, ...rest] = known.length > 0 ? known : [id];
  return html`<strong>${first ?? id}</strong>${rest.map((text) => html` · ${text}`)}`;
}

function scopeList(scopes: readonly string[]): Html {
  if (scopes.length === 0) return html``;
  return html`<h2>What it asks for</h2>
    <ul>
      ${scopes.map((scope) => html`<li><code>${scope}</code></li>`)}
    </ul>`;
}
