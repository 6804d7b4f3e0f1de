import { pageNonce } from '../../ui/nonce.js';
import { underOurPolicy } from './report-page.js';

const keptMs = 10_000;

/** Byte for byte as it came: the signature is over the report's JSON. */
export function saveReport(name: string, text: string): void {
  follow(new Blob([text], { type: 'application/json' }), { download: name });
}

/** In a tab of its own. A link to the report could not name this page's workspace. */
export function openReport(page: string): void {
  const type = 'text/html; charset=utf-8';
  follow(new Blob([underOurPolicy(page, pageNonce())], { type }), { target: '_blank', rel: 'noopener' });
}

function follow(blob: Blob, how: Partial<HTMLAnchorElement>): void {
  const link = Object.assign(document.createElement('a'), how, { href: URL.createObjectURL(blob) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), keptMs);
}
