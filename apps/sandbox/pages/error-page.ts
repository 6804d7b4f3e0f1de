import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { escaped, page } from './page.js';

/** What a browser sees when the sandbox cannot send it back to the client. */
export const errorPage = (error: string, description: string | undefined): string =>
  page(
    'This did not work',
    `<p class="error" role="alert">${escaped(description ?? error)}</p>
<p class="quiet">Error code: ${escaped(error)}. Go back to the application and start again.</p>`,
  );

export function renderErrorPage(ctx: KoaContextWithOIDC, out: ErrorOut): void {
  ctx.type = 'html';
  ctx.body = errorPage(out.error, out.error_description);
}
