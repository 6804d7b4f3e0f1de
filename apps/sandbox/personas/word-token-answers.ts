import type { KoaContextWithOIDC } from 'oidc-provider';
import { oauthRequestOf } from '../http/identify-request.js';
import type { Middleware } from '../http/middleware.js';
import { applyQuirks } from './apply-quirks.js';
import type { Personas } from './personas.js';

/** Gives token answers the quirks of the client's persona. */
export function wordTokenAnswers(personas: Personas): Middleware {
  return async (ctx, next) => {
    await next();
    const request = oauthRequestOf(ctx);
    if (request?.endpoint !== 'token' || ctx.status !== 200) return;
    const client = (ctx as Partial<KoaContextWithOIDC>).oidc?.client;
    const { quirks } = personas.ofClient(client);
    ctx.body = applyQuirks(ctx.body as Record<string, unknown>, quirks, request.grantType);
  };
}
