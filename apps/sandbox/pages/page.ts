import { hash } from 'node:crypto';

const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --quiet: #57606a; --paper: #fff; --ground: #f4f5f7; --line: #8c959f;
  --accent: #0b57d0; --on-accent: #fff; --warn: #9a3412; --banner: #fff3c4; --on-banner: #4d3800; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --quiet: #9da7b1; --paper: #161b22; --ground: #0d1117;
  --line: #6e7681; --accent: #8ab4f8; --on-accent: #0d1117; --warn: #ffb4a1; --banner: #3a2f0b; --on-banner: #ffe9a8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
.banner { margin: 0; padding: .5rem 1rem; background: var(--banner); color: var(--on-banner); text-align: center; font-size: .9rem; }
main { max-width: 26rem; margin: 2rem auto; padding: 1.5rem; background: var(--paper); border-radius: .75rem; overflow-wrap: anywhere; }
@media (max-width: 28rem) { main { margin: 0; border-radius: 0; padding: 1.25rem 1rem; } }
h1 { margin: 0 0 1rem; font-size: 1.4rem; line-height: 1.25; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
input { width: 100%; padding: .6rem .7rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: .4rem; }
button { flex: 1; min-height: 2.75rem; padding: .5rem 1rem; font: inherit; font-weight: 600; border-radius: .4rem; cursor: pointer;
  border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); }
button.second { background: transparent; color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem; }
.error { color: var(--warn); font-weight: 600; }
.quiet { color: var(--quiet); }
code { font-size: 1.2em; letter-spacing: .05em; }`;

const styleHash = hash('sha256', style, 'base64');

/**
 * Headers of every answer to a browser. No form-action: browsers hold it against each redirect that follows a form,
 * and ours ends at the client, wherever that sends people next. script-src stays empty unless oidc-provider adds
 * the hash of its one self-submitting form.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': `default-src 'none';style-src 'sha256-${styleHash}';script-src;base-uri 'none';frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe for an element or a quoted attribute. */
export const escaped = (text: unknown): string =>
  String(text ?? '').replace(/[&<>"']/g, (one) => entities[one] ?? one);

/** A whole page; `content` is HTML, `title` text. */
export const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} – sandbox</title>
<style>${style}</style>
</head>
<body>
<p class="banner" role="note">This is a sandbox: an authorization server to try things on. Never type a real password here.</p>
<main>
<h1>${escaped(title)}</h1>
${content}
</main>
</body>
</html>
`;
