import type { IncomingHttpHeaders } from 'node:http';
import type { Role } from './permissions.js';

/** A person's session, as it was found. */
export interface FoundSession {
  id: string;
  person: { id: string; name: string; email: string | null };
  /** Of the identity provider that they signed in at. */
  issuer: string;
  authenticatedAt: Date;
  /** What a change must bring in `X-CSRF-Token`. */
  csrfToken: string;
  /** Where the request acts. Undefined where they are a member of no workspace, or not of the one they name. */
  membership: { workspace: string; role: Role; suspended: boolean } | undefined;
}

/** Port: finds the session of a request by its cookie; ended and lapsed ones are not found. */
export abstract class SessionDirectory {
  /** The origin that changes must come from. */
  abstract readonly origin: string;
  abstract find(headers: IncomingHttpHeaders): Promise<FoundSession | undefined>;
}
