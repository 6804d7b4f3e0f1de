import type Provider from 'oidc-provider';
import type { Middleware } from '../http/middleware.js';
import { pageHeaders } from './page.js';

/**
 * Sets the headers of a page, and keeps two cases of the device page from oidc-provider: a link with the user code,
 * which it would post by a script, and a form without a session, on which it fails with 500.
 */
export function pageSafety(provider: Provider): Middleware {
  return async (ctx, next) => {
    ctx.set(pageHeaders);
    if (ctx.path === '/device' && ctx.query['user_code'] !== undefined) {
      ctx.state['userCode'] = String(ctx.query['user_code']).slice(0, 40);
      ctx.querystring = '';
    }
    if (ctx.path === '/device' && ctx.method === 'POST' && !ctx.cookies.get(provider.cookieName('session'))) {
      ctx.status = 303;
      return ctx.redirect('/device');
    }
    await next();
  };
}
