import {
  errors,
  type KoaContextWithOIDC,
  type RefreshToken,
  type TokenEndpointGrantContext,
} from 'oidc-provider';
import type Provider from 'oidc-provider';
import { ledgerEntryOf } from '../ledger/record-requests.js';
import type { Personas } from '../personas/personas.js';
import type { Records } from '../store/records.js';
import { tokenHash } from '../store/token-hash.js';
import { claimsOf } from '../users/claims-of.js';
import type { Users } from '../users/users.js';
import { mintTokens, type Refresh } from './mint-tokens.js';
import type { Rotation } from './rotation.js';

interface Parts {
  rotation: Rotation;
  records: Records;
  personas: Personas;
  users: Users;
}

type Context = TokenEndpointGrantContext<{ refresh_token?: string }>;

/** Takes the place of oidc-provider's own refresh grant, which knows modes none and A only. */
export function registerRefreshGrant(provider: Provider, parts: Parts): void {
  const parameters = ['refresh_token', 'scope', 'resource'];
  const handle = (ctx: Context) => refresh(ctx, parts);
  provider.registerGrantType<{ refresh_token?: string }>('refresh_token', handle, parameters, 'resource');
}

async function refresh(ctx: Context, parts: Parts): Promise<void> {
  const { client } = ctx.oidc;
  const token = ctx.oidc.params.refresh_token;
  if (!token) throw new errors.InvalidRequest("missing required parameter(s) 'refresh_token'");
  const persona = parts.personas.ofClient(client);
  const entry = ledgerEntryOf(ctx);
  if (entry) entry.rotation = persona.rotation;
  const source = await sourceOf(ctx, token, parts);
  const request = await examine(ctx, source, parts, persona.rotation !== 'none');
  const ready = await mintTokens(request, parts);
  const outcome = parts.rotation.spend({ token, grant: source.grantId ?? '', persona, ready });
  if (entry) entry.replay = outcome.replay;
  if (outcome.kind === 'refused') throw refusal(outcome.reason, outcome.replay === 'reuse');
  ctx.body = outcome.body;
}

async function sourceOf(ctx: Context, token: string, { rotation }: Parts): Promise<RefreshToken> {
  const { provider, client } = ctx.oidc;
  const source = await provider.RefreshToken.find(token, { ignoreExpiration: true });
  if (!source) {
    const entry = ledgerEntryOf(ctx);
    if (entry && rotation.lineage.of(tokenHash(token))) entry.replay = 'dead';
    throw new errors.InvalidGrant('refresh token not found');
  }
  if (source.clientId !== client.clientId) throw new errors.InvalidGrant('client mismatch');
  if (source.isExpired) throw new errors.InvalidGrant('refresh token is expired');
  return source;
}

/** All that can be wrong with a refresh without its token being spent. */
async function examine(ctx: Context, source: RefreshToken, parts: Parts, rotates: boolean): Promise<Refresh> {
  const { provider, client } = ctx.oidc;
  const grant = await provider.Grant.find(source.grantId ?? '', { ignoreExpiration: true });
  if (!grant) throw new errors.InvalidGrant('grant not found');
  if (grant.isExpired) throw new errors.InvalidGrant('grant is expired');
  if (grant.clientId !== client.clientId) throw new errors.InvalidGrant('client mismatch');
  checkScope(ctx, source);
  const user = parts.users.findBySub(source.accountId);
  if (!user) throw new errors.InvalidGrant('refresh token invalid (referenced account not found)');
  if (grant.accountId !== source.accountId) throw new errors.InvalidGrant('accountId mismatch');
  ctx.oidc.entity('RefreshToken', source);
  ctx.oidc.entity('Grant', grant);
  ctx.oidc.entity('Account', { accountId: user.sub, claims: async () => claimsOf(user) });
  return { ctx, client, source, grant, claims: claimsOf(user), rotates };
}

function checkScope({ oidc }: KoaContextWithOIDC, source: RefreshToken): void {
  if (oidc.params?.['scope'] === undefined) return;
  const missing = [...oidc.requestParamScopes].filter((scope) => !source.scopes.has(scope));
  if (missing.length > 0) throw new errors.InvalidScope('not granted', missing.join(' '));
}

/** A reused token is told apart, as Keycloak does; every other refusal says no more than that it is one. */
function refusal(reason: string, isReuse: boolean): errors.InvalidGrant {
  const error = new errors.InvalidGrant(reason);
  return isReuse ? Object.assign(error, { error_description: reason }) : error;
}
