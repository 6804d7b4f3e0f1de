import type { Middleware } from '../http/middleware.js';
import { pageHeaders } from './page.js';

/** Sets the headers of a page, and fills in the user code of a link where oidc-provider would post it by a script. */
export function pageSafety(): Middleware {
  return async (ctx, next) => {
    ctx.set(pageHeaders);
    if (ctx.path === '/device' && ctx.query['user_code'] !== undefined) {
      ctx.state['userCode'] = String(ctx.query['user_code']).slice(0, 40);
      ctx.querystring = '';
    }
    await next();
  };
}
