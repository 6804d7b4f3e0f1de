import { HttpException, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AccessTokenError } from './access-token-error.js';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { bearerChallenge, bearerToken } from './bearer.js';
import { tokenScopes, type RequestWithToken } from './require-token-scope.js';

interface Reply {
  header(name: string, value: string): unknown;
}

/** Lets a request pass with a valid access token that has the route's scopes; else answers as RFC 6750 3 says. */
@Injectable()
export class AccessTokenGuard implements CanActivate {
  constructor(
    private readonly verifier: AccessTokenVerifier,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<RequestWithToken>();
    const scopes =
      this.reflector.getAllAndMerge<string[]>(tokenScopes, [context.getClass(), context.getHandler()]) ?? [];
    try {
      request.accessToken = await this.verifier.verify(bearerToken(request.headers.authorization), scopes);
      return true;
    } catch (error) {
      if (error instanceof AccessTokenError) throw this.#answer(error, context);
      throw error;
    }
  }

  #answer(error: AccessTokenError, context: ExecutionContext): HttpException {
    const challenge = bearerChallenge(error, this.verifier.audience);
    if (challenge !== undefined) {
      context.switchToHttp().getResponse<Reply>().header('www-authenticate', challenge);
    }
    return new HttpException({ error: error.code, error_description: error.message }, error.status);
  }
}
