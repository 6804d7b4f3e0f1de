import { Injectable } from '@nestjs/common';
import type { FoundSession } from '#platform';
import { Sessions } from '#storage';
import { AdminConfig } from '../admin.config.js';
import { IssuersService } from '../sign-in/issuers.service.js';
import { SignInRefusal } from '../sign-in/sign-in-refusal.js';
import { openForSession } from './session-secret.js';

/** Ends a session here, and says where it can be ended at the identity provider too. */
@Injectable()
export class LogoutService {
  constructor(
    private readonly config: AdminConfig,
    private readonly sessions: Sessions,
    private readonly issuers: IssuersService,
  ) {}

  /** The identity provider's logout (OpenID Connect RP-Initiated Logout 1.0), or our own page where it has none. */
  async signOut(session: FoundSession, secret: string | undefined): Promise<string> {
    const ended = await this.sessions.end(session.person.id, session.id, 'signed_out');
    const here = `${this.config.PUBLIC_URL}/admin/signed-out`;
    const issuer = await this.issuers.load(session.issuer).catch((error: unknown) => {
      // The session has ended here whatever becomes of the other side.
      if (error instanceof SignInRefusal) return undefined;
      throw error;
    });
    if (issuer?.endSessionEndpoint === undefined) return here;
    const url = new URL(issuer.endSessionEndpoint);
    url.searchParams.set('client_id', issuer.client.clientId);
    url.searchParams.set('post_logout_redirect_uri', here);
    if (ended?.sealedIdToken && secret !== undefined)
      url.searchParams.set('id_token_hint', openForSession(secret, ended.sealedIdToken));
    return url.href;
  }
}
