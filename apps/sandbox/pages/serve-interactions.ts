import type Provider from 'oidc-provider';
import { errors, type Interaction } from 'oidc-provider';
import type { Context, Middleware } from '../http/middleware.js';
import { readBody } from '../http/read-body.js';
import { scopes } from '../provider/scopes.js';
import type { Users } from '../users/users.js';
import { consentPage } from './consent-page.js';
import { errorPage } from './error-page.js';
import { loginPage } from './login-page.js';

interface Parts {
  provider: Provider;
  users: Users;
}

/** The login and consent pages. */
export function serveInteractions(parts: Parts): Middleware {
  return async (ctx, next) => {
    if (!/^\/interaction\/[\w-]+$/.test(ctx.path) || !['GET', 'POST'].includes(ctx.method)) return next();
    try {
      const interaction = await parts.provider.interactionDetails(ctx.req, ctx.res);
      await (ctx.method === 'GET' ? show(ctx, parts, interaction) : submit(ctx, parts, interaction));
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
      html(
        ctx,
        400,
        errorPage('session_not_found', 'This page has expired, or your browser refused its cookies.'),
      );
    }
  };
}

async function show(ctx: Context, parts: Parts, interaction: Interaction): Promise<void> {
  if (interaction.prompt.name === 'login') {
    const login = String(interaction.params['login_hint'] ?? '');
    html(
      ctx,
      200,
      loginPage({ clientName: await clientName(parts.provider, interaction), login, failed: false }),
    );
  } else {
    html(ctx, 200, await consent(parts, interaction));
  }
}

async function submit(ctx: Context, parts: Parts, interaction: Interaction): Promise<void> {
  const form = new URLSearchParams((await readBody(ctx.req)) ?? '');
  if (interaction.prompt.name === 'login') return logIn(ctx, parts, interaction, form);
  const decision = form.get('decision');
  if (decision !== 'allow' && decision !== 'deny') return html(ctx, 400, await consent(parts, interaction));
  const result =
    decision === 'allow'
      ? { consent: { grantId: await newGrant(parts.provider, interaction) } }
      : { error: 'access_denied', error_description: 'the user said no' };
  await resume(ctx, parts.provider, result);
}

async function logIn(
  ctx: Context,
  { provider, users }: Parts,
  interaction: Interaction,
  form: URLSearchParams,
): Promise<void> {
  const login = form.get('login') ?? '';
  const user = await users.authenticate(login, form.get('password') ?? '');
  if (!user) {
    const name = await clientName(provider, interaction);
    return html(ctx, 401, loginPage({ clientName: name, login, failed: true }));
  }
  if (interaction.session && interaction.session.accountId !== user.sub) {
    await forgetSession(provider, interaction);
  }
  await resume(ctx, provider, { login: { accountId: user.sub } });
}

/** Someone else logs in: without this, oidc-provider would show a page of its own with a script that logs out. */
async function forgetSession(provider: Provider, interaction: Interaction): Promise<void> {
  const session = await provider.Session.findByUid(interaction.session?.uid ?? '');
  await session?.destroy();
  interaction.session = undefined;
  await interaction.persist();
}

/** A grant of all that was asked for. */
async function newGrant(provider: Provider, { session, params }: Interaction): Promise<string> {
  const grant = new provider.Grant({ accountId: session?.accountId, clientId: String(params['client_id']) });
  const wanted = scopesOf(params);
  grant.addOIDCScope(wanted);
  for (const resource of resourcesOf(params)) grant.addResourceScope(resource, wanted);
  return grant.save();
}

async function resume(
  ctx: Context,
  provider: Provider,
  result: Parameters<Provider['interactionResult']>[2],
): Promise<void> {
  ctx.status = 303;
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
}

async function consent({ provider, users }: Parts, interaction: Interaction): Promise<string> {
  return consentPage({
    clientName: await clientName(provider, interaction),
    userName: users.findBySub(interaction.session?.accountId ?? '')?.name ?? 'someone who has left',
    scopes: scopesOf(interaction.params),
    resources: resourcesOf(interaction.params),
  });
}

async function clientName(provider: Provider, { params }: Interaction): Promise<string> {
  const client = await provider.Client.find(String(params['client_id']));
  return client?.clientName ?? String(params['client_id']);
}

const scopesOf = (params: Interaction['params']): string[] =>
  String(params['scope'] ?? '')
    .split(' ')
    .filter((scope) => (scopes as readonly string[]).includes(scope));

const resourcesOf = (params: Interaction['params']): string[] =>
  [params['resource'] ?? []].flat().map(String);

function html(ctx: Context, status: number, body: string): void {
  ctx.status = status;
  ctx.type = 'html';
  ctx.body = body;
}
