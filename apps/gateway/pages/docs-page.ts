import { html } from '#platform';
import { pageHeader } from './page-frame.js';

/** The page around Swagger UI; script and style come from this origin alone. */
export const docsPage = html`<!doctype html>
  <html lang="en" class="docs">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>API · Evergrant</title>
      <link rel="stylesheet" href="/docs/swagger-ui.css" />
      <link rel="stylesheet" href="/docs/page.css" />
      <link rel="icon" href="data:," />
      <script src="/docs/swagger-ui-bundle.js" defer></script>
      <script src="/docs/start.js" defer></script>
    </head>
    <body>
      ${pageHeader}
      <div id="swagger-ui"></div>
      <noscript
        ><p>This page needs JavaScript; <a href="/openapi.json">openapi.json</a> says the same.</p></noscript
      >
    </body>
  </html>`.toString();

/** Starts Swagger UI. `validatorUrl: null` keeps it from showing the document to a stranger. */
export const docsScript = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

/** Swagger UI sets style attributes and draws its icons from data: URLs. */
export const docsPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
