import { SecurityEventError } from '#resource-server';

/** Whoever sends a request may not: they are not who the stream is for, or it is not for this. */
export class CredentialRefused extends SecurityEventError {
  constructor(
    readonly status: 401 | 403,
    description: string,
  ) {
    super(status === 401 ? 'authentication_failed' : 'access_denied', description);
  }
}
