import { z } from 'zod';
import type { Context, Middleware } from '../http/middleware.js';
import { readBody } from '../http/read-body.js';
import { claimsOf } from '../users/claims-of.js';
import type { Users } from '../users/users.js';
import type { AccessTokens } from './access-tokens.js';
import { BearerError } from './bearer-error.js';
import type { Notes } from './notes.js';

export interface ApiParts {
  accessTokens: AccessTokens;
  notes: Notes;
  users: Users;
}

type Handler = (ctx: Context, parts: ApiParts) => Promise<void>;

const noteInput = z.strictObject({ text: z.string().min(1).max(1000) });

/** The resource server: what access tokens are good for. */
const routes: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  '/api/profile': { GET: readProfile },
  '/api/notes': { GET: listNotes, POST: writeNote },
  // In place of oidc-provider's, which refuses every token that has an audience.
  '/userinfo': { GET: readUserinfo, POST: readUserinfo },
};

/** Serves the resource server's routes and leaves all others alone. */
export function serveApi(parts: ApiParts): Middleware {
  return async (ctx, next) => {
    const methods = routes[ctx.path];
    if (!methods) return next();
    const handler = methods[ctx.method];
    ctx.set('cache-control', 'no-store');
    if (!handler) {
      ctx.status = 405;
      ctx.set('allow', Object.keys(methods).join(', '));
      ctx.body = { error: 'method_not_allowed' };
      return;
    }
    try {
      await handler(ctx, parts);
    } catch (error) {
      if (!(error instanceof BearerError)) throw error;
      refuse(ctx, error);
    }
  };
}

async function readProfile(ctx: Context, { accessTokens, users }: ApiParts): Promise<void> {
  const { sub, client } = await accessTokens.verify(ctx.get('authorization'), 'profile');
  const user = users.findBySub(sub);
  ctx.body = user ? { sub, name: user.name, email: user.email, login: user.login } : { sub, name: client };
}

async function listNotes(ctx: Context, { accessTokens, notes }: ApiParts): Promise<void> {
  const { sub } = await accessTokens.verify(ctx.get('authorization'), 'notes:read');
  ctx.body = { data: notes.list(sub) };
}

async function writeNote(ctx: Context, { accessTokens, notes }: ApiParts): Promise<void> {
  const { sub } = await accessTokens.verify(ctx.get('authorization'), 'notes:write');
  const input = noteInput.safeParse(await jsonBody(ctx));
  if (!input.success) throw new BearerError(400, 'invalid_request', 'the body must be JSON: { text }');
  ctx.status = 201;
  ctx.body = notes.write(sub, input.data.text);
}

async function readUserinfo(ctx: Context, { accessTokens, users }: ApiParts): Promise<void> {
  const { sub, scopes } = await accessTokens.verify(ctx.get('authorization'), 'openid');
  const user = users.findBySub(sub);
  if (!user) throw new BearerError(401, 'invalid_token', 'the access token has no user');
  const { name, preferred_username, email, email_verified, groups } = claimsOf(user);
  ctx.body = {
    sub,
    ...(scopes.has('profile') ? { name, preferred_username } : {}),
    ...(scopes.has('email') ? { email, email_verified } : {}),
    ...(scopes.has('groups') ? { groups } : {}),
  };
}

async function jsonBody(ctx: Context): Promise<unknown> {
  if (!ctx.is('application/json')) return undefined;
  try {
    return JSON.parse((await readBody(ctx.req)) ?? '');
  } catch {
    return undefined;
  }
}

function refuse(ctx: Context, { status, code, description, challenge }: BearerError): void {
  ctx.status = status;
  if (status !== 400 || code) ctx.set('www-authenticate', challenge);
  ctx.body = code ? { error: code, error_description: description } : { error_description: description };
}
