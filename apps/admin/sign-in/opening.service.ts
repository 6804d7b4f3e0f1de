import { Injectable } from '@nestjs/common';
import { Sessions, SignIns, type Membership } from '#storage';
import { AdminConfig } from '../admin.config.js';
import { PersonSessionsService } from '../sessions/person-sessions.service.js';
import { newSessionSecret, sealForSession, secretHashOf } from '../sessions/session-secret.js';
import type { ProvenIdentity } from './identities.service.js';
import type { Issuer } from './issuers.service.js';
import { MembershipsService } from './memberships.service.js';
import { invitationToken } from './return-to.js';
import { SignInRefusal } from './sign-in-refusal.js';

/** The browser that comes back. */
export interface Browser {
  cookie: string | undefined;
  userAgent: string | undefined;
  address: string;
}

/** Opens a session for a proven identity: always a new one, and the one that the browser came with ends. */
@Injectable()
export class OpeningService {
  constructor(
    private readonly config: AdminConfig,
    private readonly signIns: SignIns,
    private readonly sessions: Sessions,
    private readonly personSessions: PersonSessionsService,
    private readonly memberships: MembershipsService,
  ) {}

  get secure(): boolean {
    return this.personSessions.secure;
  }

  /** @throws SignInRefusal no_access */
  async open(
    issuer: Issuer,
    { identity, claims, authenticatedAt, issuerSessionId, idToken }: ProvenIdentity,
    browser: Browser,
    returnTo: string,
  ): Promise<string> {
    const isInvited = await this.memberships.isInvited(invitationToken(returnTo));
    // A stranger leaves no trace: at some issuers anybody has an account.
    const mayBeMember =
      this.memberships.areGivenBy(issuer.settings, claims) || (await this.signIns.isKnown(identity));
    if (!isInvited && !mayBeMember) throw new SignInRefusal('no_access');
    const personId = await this.signIns.recognize(identity);
    const memberships = await this.memberships.bringUpToDate(personId, issuer.settings, claims);
    if (memberships.length === 0 && !isInvited) throw new SignInRefusal('no_access');
    const places = [await this.endFormer(browser.cookie), await this.sessions.lastWorkspaceOf(personId)];
    const secret = newSessionSecret();
    const session = await this.sessions.create({
      secretHash: secretHashOf(secret),
      personId,
      issuer: issuer.settings.id,
      issuerSessionId,
      authenticatedAt,
      idleSeconds: this.config.SESSION_IDLE_MINUTES * 60,
      absoluteSeconds: this.config.SESSION_HOURS * 3_600,
      userAgent: browser.userAgent?.slice(0, 300) ?? null,
      address: browser.address,
      sealedIdToken: sealForSession(secret, idToken),
      currentWorkspace: firstOf(memberships, places),
    });
    const person = { id: personId, name: identity.name };
    const detail = { session, issuer: issuer.settings.issuer, address: browser.address };
    await this.memberships.recordSignIn(memberships, person, detail);
    return secret;
  }

  /** A session that somebody planted in this browser, or the one before a step-up: it never lives on beside the new one. */
  private async endFormer(cookie: string | undefined): Promise<string | null> {
    const secret = this.personSessions.secretOf({ cookie });
    const former = secret === undefined ? undefined : await this.sessions.find(secretHashOf(secret));
    if (former) await this.sessions.end(former.personId, former.id, 'replaced');
    return former?.workspace ?? null;
  }
}

/** The first of these workspaces that they are still a member of. */
function firstOf(memberships: readonly Membership[], workspaces: (string | null)[]): string | null {
  const isOpen = (id: string | null) => memberships.some(({ workspace }) => workspace === id);
  return workspaces.find(isOpen) ?? null;
}
