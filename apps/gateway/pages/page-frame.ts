import { html, type Html } from '#platform';

/** A whole page of ours: no script, its style from a file, so that the strictest policy fits. */
export function pageFrame(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Evergrant</title>
        <link rel="stylesheet" href="/docs/page.css" />
        <link rel="icon" href="data:," />
      </head>
      <body>
        ${pageHeader}
        <main>${content}</main>
      </body>
    </html>`.toString();
}

/** The way between the gateway's pages. */
export const pageHeader = html`<header>
  <a href="/">Evergrant</a><a href="/docs">API</a><a href="/problems">Problems</a
  ><a href="/health/ready">Health</a>
</header>`;

/** What a page of ours may load: its own style. */
export const pagePolicy =
  "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
