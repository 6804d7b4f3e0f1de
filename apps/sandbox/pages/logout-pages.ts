import type { KoaContextWithOIDC } from 'oidc-provider';
import { escaped, page } from './page.js';

/** The pages of logging out, in place of oidc-provider's. */
export const logoutPages = {
  logoutSource(ctx: KoaContextWithOIDC): void {
    ctx.body = page(
      'Log out?',
      `<form method="post" action="/logout/confirm">
<input type="hidden" name="xsrf" value="${escaped(ctx.oidc.session?.state?.['secret'])}">
<div class="buttons">
<button type="submit" name="logout" value="yes">Log out</button>
<button type="submit" class="second">Stay logged in</button>
</div>
</form>`,
    );
  },

  postLogoutSuccessSource(ctx: KoaContextWithOIDC): void {
    ctx.type = 'html';
    ctx.body = page('Logged out', '<p>You can close this page.</p>');
  },
};
