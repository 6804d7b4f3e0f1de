import { decodeJwt } from 'jose';
import type { Endpoint } from '../faults/fault.js';
import type { Records } from '../store/records.js';
import type { Context, Middleware } from './middleware.js';
import { clientOf, endpointOf, oddRevocationOf, presentedIn, type OauthRequest } from './oauth-request.js';
import { peekBody } from './read-body.js';

const known = new WeakMap<object, OauthRequest>();

/** The request's identity, when it is one of the endpoints that faults and the ledger know. */
export const oauthRequestOf = (ctx: Context): OauthRequest | undefined => known.get(ctx);

/** Learns who asks for what, before anything is processed. */
export function identifyRequest(records: Records): Middleware {
  return async (ctx, next) => {
    const endpoint = endpointOf(ctx.path);
    if (endpoint) known.set(ctx, await identify(ctx, endpoint, records));
    return next();
  };
}

async function identify(ctx: Context, endpoint: Endpoint, records: Records): Promise<OauthRequest> {
  const authorization = ctx.get('authorization');
  if (endpoint === 'api' || endpoint === 'userinfo') {
    const client = ownerOf(authorization.split(' ')[1] ?? '', records);
    return { endpoint, client, grantType: undefined, presented: undefined };
  }
  const odd = oddRevocationOf(ctx.path);
  if (odd) {
    const value = odd === 'path' ? lastOf(ctx.path) : (authorization.split(' ')[1] ?? '');
    const client = records.find('RefreshToken', value)?.clientId ?? ownerOf(value, records);
    return {
      endpoint,
      client,
      grantType: undefined,
      presented: value ? { kind: 'token', value } : undefined,
    };
  }
  const posted = ctx.method === 'POST' && ctx.is('application/x-www-form-urlencoded');
  const form = new URLSearchParams(posted ? await peekBody(ctx.req) : ctx.querystring);
  return {
    endpoint,
    client: clientOf(form, authorization),
    grantType: form.get('grant_type') ?? undefined,
    presented: posted ? presentedIn(endpoint, form) : undefined,
  };
}

function lastOf(path: string): string {
  try {
    return decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
  } catch {
    return '';
  }
}

function ownerOf(token: string, records: Records): string | undefined {
  const record = records.find('AccessToken', token) ?? records.find('ClientCredentials', token);
  if (record) return record.clientId;
  try {
    return decodeJwt<{ client_id?: string }>(token).client_id;
  } catch {
    return undefined;
  }
}
