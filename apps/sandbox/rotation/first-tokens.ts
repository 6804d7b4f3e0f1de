import type { AccessToken, Client, Grant, KoaContextWithOIDC, RefreshToken } from 'oidc-provider';
import { oauthRequestOf } from '../http/identify-request.js';
import type { Middleware } from '../http/middleware.js';
import type { Personas } from '../personas/personas.js';
import { tokenHash } from '../store/token-hash.js';
import type { Lineage } from './lineage.js';
import type { PairedGrants } from './paired-grants.js';

interface Parts {
  personas: Personas;
  lineage: Lineage;
  pairedGrants: PairedGrants;
}

/** The tokens with which a family begins. */
export interface FirstTokens {
  provider: KoaContextWithOIDC['oidc']['provider'];
  client: Client;
  grant: Grant;
  access: AccessToken;
  refresh: RefreshToken | undefined;
}

/** Notes which tokens a family begins with; where the persona has dual tokens, a second family begins with it. */
export function followFirstTokens({ personas, lineage, pairedGrants }: Parts): Middleware {
  return async (ctx, next) => {
    await next();
    const request = oauthRequestOf(ctx);
    if (request?.endpoint !== 'token' || request.grantType === 'refresh_token' || ctx.status !== 200) return;
    const { oidc } = ctx as Partial<KoaContextWithOIDC>;
    const { Client: client, Grant: grant, AccessToken: access, RefreshToken: refresh } = oidc?.entities ?? {};
    if (!oidc || !client || !grant || !access) return;
    const body = ctx.body as Record<string, string>;
    note(lineage, grant.jti, body);
    if (!personas.ofClient(client).dual_tokens) return;
    const own = await copyOf(oidc.provider, grant);
    pairedGrants.pair(grant.jti, own.jti);
    oidc.entity('PairedGrant', own);
    const second = await secondPair({ provider: oidc.provider, client, grant: own, access, refresh });
    note(lineage, own.jti, second);
    ctx.body = { ...body, authed_user: { id: grant.accountId, ...second } };
  };
}

function note(lineage: Lineage, grant: string, tokens: Record<string, unknown>): void {
  const { access_token, refresh_token } = tokens as { access_token: string; refresh_token?: string };
  if (refresh_token) lineage.add('refresh_token', refresh_token, grant, null);
  lineage.add('access_token', access_token, grant, refresh_token ? tokenHash(refresh_token) : null);
}

async function copyOf(provider: FirstTokens['provider'], grant: Grant): Promise<Grant> {
  const own = new provider.Grant({ accountId: grant.accountId, clientId: grant.clientId });
  own.openid = structuredClone(grant.openid);
  own.resources = structuredClone(grant.resources);
  await own.save();
  return own;
}

/** Tokens like the first, but that they are of another grant, and not for logging in. */
async function secondPair({ provider, client, grant, access, refresh }: FirstTokens) {
  const scope = (access.scope ?? '')
    .split(' ')
    .filter((one) => one !== 'openid')
    .join(' ');
  const { accountId, gty, expiresWithSession, resourceServer } = access;
  const shared = { client, accountId, gty, expiresWithSession, scope, grantId: grant.jti };
  const ownAccess = new provider.AccessToken({ ...shared, resourceServer });
  const { resource, rotations } = refresh ?? {};
  const ownRefresh = refresh && new provider.RefreshToken({ ...shared, resource, rotations });
  return {
    access_token: await ownAccess.save(),
    ...(ownRefresh ? { refresh_token: await ownRefresh.save() } : {}),
    expires_in: ownAccess.expiration,
    scope,
    token_type: ownAccess.tokenType,
  };
}
