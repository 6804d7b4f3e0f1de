import type Provider from 'oidc-provider';
import { oauthRequestOf } from '../http/identify-request.js';
import type { Middleware } from '../http/middleware.js';
import { oddRevocationOf } from '../http/oauth-request.js';
import type { Personas } from '../personas/personas.js';
import type { Records } from '../store/records.js';

interface Parts {
  records: Records;
  personas: Personas;
  provider: Provider;
}

const methodOf = { path: 'DELETE', bearer: 'POST' } as const;

/** `DELETE /revoke/{token}` and `POST /revoke-bearer`: whoever has the token may end its grant, as some providers let them. */
export function revokeOddly({ records, personas, provider }: Parts): Middleware {
  return async (ctx, next) => {
    const shape = oddRevocationOf(ctx.path);
    const request = oauthRequestOf(ctx);
    if (!shape || !request) return next();
    if (ctx.method !== methodOf[shape]) return void (ctx.status = 405);
    const value = request.presented?.value ?? '';
    const model = shape === 'path' ? 'RefreshToken' : 'AccessToken';
    const grant = records.find(model, value)?.grantId;
    const client = request.client === undefined ? undefined : await provider.Client.find(request.client);
    if (!grant) {
      ctx.status = shape === 'path' ? 404 : 401;
      ctx.body = { error: 'invalid_token' };
      return;
    }
    if (!personas.ofClient(client).ignores_revocation) records.killFamily(grant, 'revoked');
    ctx.status = 200;
    ctx.body = { ok: true };
  };
}
