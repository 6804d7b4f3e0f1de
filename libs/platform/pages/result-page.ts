import { type Html, html } from './html.js';
import { type Page, pageFrame } from './page.js';

export interface ResultPage {
  status: number;
  heading: string;
  happened: string;
  advice: string;
  /** A stable code, for whoever is asked for help. */
  code?: string;
  /** Where to try again. */
  retryUrl?: string;
  /** Back to the application. */
  returnUrl?: string;
  retryAfterSeconds?: number;
}

/** A page that says what happened and what to do. */
export function resultPage(page: ResultPage): Page {
  const content = html`<h1>${page.heading}</h1>
    <p>${page.happened}</p>
    <p>${page.advice}</p>
    ${actions(page)}
    ${page.code === undefined ? html`` : html`<p class="dim">If you ask for help, give this: <code>${page.code}</code></p>`}`;
  return {
    status: page.status,
    html: pageFrame(page.heading, content),
    retryAfterSeconds: page.retryAfterSeconds,
  };
}

function actions({ retryUrl, returnUrl }: ResultPage): Html {
  if (retryUrl === undefined && returnUrl === undefined) return html``;
  const retry =
    retryUrl === undefined ? html`` : html`<a class="main" href="${retryUrl}" rel="noreferrer">Try again</a>`;
  const back =
    returnUrl === undefined
      ? html``
      : html`<a href="${returnUrl}" rel="noreferrer">Back to the application</a>`;
  return html`<p class="actions">${retry} ${back}</p>`;
}

/** Our own fault, or our database's. */
export function outagePage(): Page {
  return resultPage({
    status: 503,
    heading: 'We cannot go on right now',
    happened: 'Something on our side is not available at the moment. It is nothing that you did.',
    advice:
      'Wait a minute and reload this page. If that does not help, open the link that you were given again.',
    retryAfterSeconds: 5,
  });
}
