import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { AccessToken } from './access-token-verifier.js';

export const tokenScopes = 'resource-server:scopes';

/** A request that passed the guard. */
export interface RequestWithToken {
  headers: { authorization?: string };
  accessToken?: AccessToken;
}

/** The scopes that a route, or every route of a controller, asks of an access token; all of them. */
export const RequireTokenScope = (...scopes: string[]) => SetMetadata(tokenScopes, scopes);

/** The verified access token of a route behind AccessTokenGuard. */
export const CurrentAccessToken = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<RequestWithToken>().accessToken,
);
