import { html, pageFrame, type Page } from '#platform';
import { forWhom, type ConnectPage } from './connect-page.js';

export interface SuccessPage {
  provider: string;
  integration: string;
  endUser: ConnectPage['endUser'];
}

/** The end of a connection without a return URL. */
export function successPage({ provider, integration, endUser }: SuccessPage): Page {
  const title = `${provider} is connected`;
  const content = html`<h1>${title}</h1>
    <p><strong>${integration}</strong> can now use your account at <strong>${provider}</strong>.</p>
    <h2>For</h2>
    <p>${forWhom(endUser)}</p>
    <p>You are done and can close this page.</p>
    <p class="dim">
      You can take the access back at any time in the settings of your account at ${provider}.
    </p>`;
  return { status: 200, html: pageFrame(title, content) };
}
