import { html, pageFrame, type Page } from '#platform';

/** What the build writes where a nonce is wanted: each answer has one of its own. */
const placeholder = '__CSP_NONCE__';

/** One that nobody may keep, frame or be opened by. */
export const pageHeaders = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
};

/** No script but ours from its own file, and no style but ours and what the answer's nonce marks. */
export const dashboardPolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'none'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    'trusted-types default',
    "require-trusted-types-for 'script'",
  ].join('; ');

export const withNonce = (index: string, nonce: string): string => index.replaceAll(placeholder, nonce);

/** What stands in for the dashboard where it was not built. */
export const notBuiltPage: Page = {
  status: 503,
  html: pageFrame(
    'Not built',
    html`<h1>The dashboard is not built</h1>
      <p>The service runs, and its API answers. The page itself is missing.</p>
      <p>Run <code>npm run build</code>, then start the admin service again.</p>`,
  ),
};
