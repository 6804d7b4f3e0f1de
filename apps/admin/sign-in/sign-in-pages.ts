import { html, pageFrame, type Page } from '#platform';
import type { IssuerSettings } from './issuers-file.js';
import { signInUrl, type SignInStart } from './return-to.js';

/** The ways to sign in, where there are several, or none. */
export function signInPage(issuers: readonly IssuerSettings[], start: SignInStart): Page {
  const links = issuers.map(
    ({ id, name }) =>
      html`<p class="actions">
        <a class="main" href="${signInUrl(start, id)}" rel="noreferrer">Continue with ${name}</a>
      </p>`,
  );
  const none = html`<p>Nobody has set up an identity provider yet.</p>
    <p>
      Name one in the file of <code>SIGN_IN_ISSUERS_FILE</code> and start the admin service again; its
      redirect URI here is <code>/admin/sign-in/&lt;id&gt;/callback</code>.
    </p>`;
  const content = html`<h1>Sign in to Evergrant</h1>
    ${links.length > 0 ? links : none}`;
  return { status: 200, html: pageFrame('Sign in', content) };
}

export function signedOutPage(): Page {
  const content = html`<h1>You are signed out</h1>
    <p>Your session here has ended.</p>
    <p class="actions"><a class="main" href="/admin/sign-in" rel="noreferrer">Sign in again</a></p>`;
  return { status: 200, html: pageFrame('Signed out', content) };
}
