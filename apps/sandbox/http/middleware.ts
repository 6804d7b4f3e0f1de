import type Provider from 'oidc-provider';

/** The provider is a Koa application; ours runs around it. */
export type Middleware = Parameters<Provider['use']>[0];
export type Context = Parameters<Middleware>[0];
