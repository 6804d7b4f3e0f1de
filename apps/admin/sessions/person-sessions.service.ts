import type { IncomingHttpHeaders } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import { SessionDirectory, type FoundSession, type Role } from '#platform';
import { Sessions, type LiveSession } from '#storage';
import { AdminConfig } from '../admin.config.js';
import { cookieValue, sessionCookieName } from './session-cookie.js';
import { csrfTokenOf, secretHashOf } from './session-secret.js';

const secretPattern = /^[A-Za-z0-9_-]{43}$/;
const touchAfterMs = 60_000;

/** Names the workspace that a request is about; without it, the one that the session was switched to. */
export const workspaceHeader = 'evergrant-workspace';

/** Of a page that asks by itself, with nobody at it. */
const unattendedHeader = 'evergrant-unattended';

/** Finds the session behind a request's cookie, and keeps it from idling out. */
@Injectable()
export class PersonSessionsService extends SessionDirectory {
  readonly origin: string;
  readonly secure: boolean;
  private readonly logger = new Logger(PersonSessionsService.name);

  constructor(
    private readonly sessions: Sessions,
    { PUBLIC_URL }: AdminConfig,
  ) {
    super();
    this.origin = PUBLIC_URL;
    this.secure = PUBLIC_URL.startsWith('https:');
  }

  async find(headers: IncomingHttpHeaders): Promise<FoundSession | undefined> {
    const live = await this.locate(headers);
    if (!live) return undefined;
    const isUse = headers[unattendedHeader] === undefined;
    if (isUse && Date.now() - live.found.lastSeenAt.getTime() > touchAfterMs) this.touch(live.found.id);
    return sessionOf(live.found, live.secret);
  }

  /** The same for what goes on by itself: a page that only lies open keeps no session alive. */
  async look(headers: IncomingHttpHeaders): Promise<FoundSession | undefined> {
    const live = await this.locate(headers);
    return live && sessionOf(live.found, live.secret);
  }

  private async locate(
    headers: IncomingHttpHeaders,
  ): Promise<{ found: LiveSession; secret: string } | undefined> {
    const secret = this.secretOf(headers);
    if (secret === undefined) return undefined;
    const wished = headers[workspaceHeader];
    const found = await this.sessions.find(
      secretHashOf(secret),
      typeof wished === 'string' ? wished : undefined,
    );
    return found && { found, secret };
  }

  /** The secret in the cookie, if it can be one. */
  secretOf({ cookie }: IncomingHttpHeaders): string | undefined {
    const secret = cookieValue(cookie, sessionCookieName(this.secure));
    return secret !== undefined && secretPattern.test(secret) ? secret : undefined;
  }

  private touch(id: string): void {
    this.sessions
      .touch(id)
      .catch((error: unknown) => this.logger.warn({ err: error }, 'a session was not kept alive'));
  }
}

function sessionOf(found: LiveSession, secret: string): FoundSession {
  const { id, personId, name, email, issuer, authenticatedAt, workspace, role, suspended } = found;
  return {
    id,
    person: { id: personId, name, email },
    issuer,
    authenticatedAt,
    csrfToken: csrfTokenOf(secret),
    membership:
      workspace === null ? undefined : { workspace, role: role as Role, suspended: suspended ?? false },
  };
}
