import {
  errors,
  type AccessToken,
  type Client,
  type Grant,
  type KoaContextWithOIDC,
  type RefreshToken,
} from 'oidc-provider';
import type { Personas } from '../personas/personas.js';
import { resourceServer } from '../provider/resource-servers.js';
import type { Records } from '../store/records.js';
import type { ReadyTokens } from './rotation.js';

/** A refresh, all of it found to be in order but the use of the token. */
export interface Refresh {
  ctx: KoaContextWithOIDC;
  client: Client;
  source: RefreshToken;
  grant: Grant;
  /** The user's claims. */
  claims: Record<string, unknown>;
  /** False when the refresh token stays the same. */
  rotates: boolean;
}

/** Makes the tokens of a refresh ready, as oidc-provider's own grant would; nothing is saved yet. */
export async function mintTokens(
  refresh: Refresh,
  { records, personas }: { records: Records; personas: Personas },
): Promise<ReadyTokens> {
  const access = accessTokenOf(refresh, personas);
  const { result, save } = await records.staged(async () => ({
    accessToken: await access.save(),
    refreshToken: refresh.rotates ? await successorOf(refresh).save() : undefined,
  }));
  const idToken = await idTokenOf(refresh, access);
  const body = {
    access_token: result.accessToken,
    expires_in: access.expiration,
    ...(idToken === undefined ? {} : { id_token: idToken }),
    refresh_token: result.refreshToken ?? refresh.source.jti,
    ...(access.scope === undefined ? {} : { scope: access.scope }),
    token_type: access.tokenType,
  };
  return { ...result, body, save };
}

const refreshed = (gty = ''): string =>
  gty.endsWith('refresh_token') ? gty : `${gty} refresh_token`.trimStart();

function successorOf({ ctx, client, source }: Refresh): RefreshToken {
  const { accountId, acr, amr, authTime, claims, expiresWithSession, iiat, grantId = '' } = source;
  const { nonce, resource, scope = '', sessionUid, sid } = source;
  return new ctx.oidc.provider.RefreshToken({
    ...{ client, accountId, acr, amr, authTime, claims, expiresWithSession, iiat, grantId },
    ...{ nonce, resource, scope, sessionUid, sid },
    gty: refreshed(source.gty),
    rotations: (source.rotations ?? 0) + 1,
  });
}

function accessTokenOf({ ctx, client, source, grant }: Refresh, personas: Personas): AccessToken {
  const { provider } = ctx.oidc;
  const { accountId, expiresWithSession, grantId = '', sessionUid, sid } = source;
  const access = new provider.AccessToken({
    ...{ client, accountId, expiresWithSession, grantId, sessionUid, sid },
    gty: refreshed(source.gty),
  });
  const wanted = scopesOf(ctx, source);
  const resource = resourceOf(ctx, source);
  if (resource === undefined) {
    access.scope = grant.getOIDCScopeFiltered(wanted);
    return access;
  }
  const server = new provider.ResourceServer(
    resource,
    resourceServer(provider.issuer, personas, resource, client),
  );
  access.resourceServer = server;
  access.scope = grant.getResourceScopeFiltered(
    resource,
    [...wanted].filter((scope) => server.scopes.has(scope)),
  );
  return access;
}

const scopesOf = ({ oidc }: KoaContextWithOIDC, source: RefreshToken): Set<string> =>
  oidc.params?.['scope'] === undefined ? source.scopes : oidc.requestParamScopes;

/** RFC 8707 §2.2: of those granted; where there are several, the client names one. */
function resourceOf({ oidc }: KoaContextWithOIDC, source: RefreshToken): string | undefined {
  const asked = oidc.params?.['resource'] as string | string[] | undefined;
  const wanted = [asked?.length ? asked : (source.resource ?? [])].flat();
  if (wanted.length > 1) {
    throw new errors.InvalidTarget('one of the granted resources must be named');
  }
  const [resource] = wanted;
  if (resource !== undefined && !source.resourceIndicators.has(resource)) throw new errors.InvalidTarget();
  return resource;
}

async function idTokenOf(
  { ctx, source, grant, claims }: Refresh,
  access: AccessToken,
): Promise<string | undefined> {
  const wanted = scopesOf(ctx, source);
  if (!wanted.has('openid')) return undefined;
  const { acr, amr, authTime, nonce, sid } = source;
  const token = new ctx.oidc.provider.IdToken({ ...claims, acr, amr, auth_time: authTime }, { ctx });
  Object.assign(token, {
    // Without a resource, the access token opens userinfo, and the claims are found there.
    scope: access.aud === undefined ? 'openid' : grant.getOIDCScopeFiltered(wanted),
    mask: {},
    rejected: grant.getRejectedOIDCClaims(),
  });
  token.set('nonce', nonce);
  token.set('sid', sid);
  return token.issue({ use: 'idtoken' });
}
