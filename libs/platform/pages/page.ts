import { createHash } from 'node:crypto';
import { Html, html } from './html.js';
import { pageStyle } from './page-style.js';

/** A whole page of ours and the status that it goes out with. */
export interface Page {
  status: number;
  html: string;
  retryAfterSeconds?: number;
  /** It has a form that posts to us. */
  hasForm?: boolean;
}

const style = new Html(`<style>${pageStyle}</style>`);
const styleHash = createHash('sha256').update(pageStyle).digest('base64');

/**
 * What a page may load: its own style, by hash, and nothing else. What leads to a provider is a link and no form:
 * browsers enforce `form-action` on redirects too.
 */
export const pagePolicyFor = ({ hasForm = false }: Pick<Page, 'hasForm'>): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    'img-src data:',
    `form-action ${hasForm ? "'self'" : "'none'"}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** The frame around every page. No script, nothing from elsewhere. */
export function pageFrame(title: string, content: Html, { isWide = false } = {}): string {
  const main = isWide ? html`<main class="wide">${content}</main>` : html`<main>${content}</main>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${style}
      </head>
      <body>
        ${main}
      </body>
    </html>`.toString();
}
