/** A refusal of RFC 6750 §3. Without a code: the request carried no credentials at all. */
export class BearerError extends Error {
  constructor(
    readonly status: 400 | 401 | 403,
    readonly code: 'invalid_request' | 'invalid_token' | 'insufficient_scope' | undefined,
    readonly description: string,
    readonly scope?: string,
  ) {
    super(description);
  }

  /** The WWW-Authenticate header. */
  get challenge(): string {
    const parameters = [
      ['realm', 'sandbox'],
      ['error', this.code],
      ['error_description', this.code && this.description],
      ['scope', this.scope],
    ];
    const given = parameters.filter(([, value]) => value !== undefined);
    return `Bearer ${given.map(([name, value]) => `${name}="${value}"`).join(', ')}`;
  }
}
