import type { AuthorizationRequest, ConnectSession } from '#storage';

/** What is sealed with an authorization request until its callback. */
export interface VisitSecrets {
  codeVerifier?: string;
  nonce?: string;
  /** Of the link, so that a refusal can offer it again. */
  connectToken: string;
}

/** The provider's answer as it came, kept sealed until it is taken in. */
export interface Landing {
  /** `encodeRawAnswer`, base64. */
  answer: string;
  captured: Record<string, string>;
  nonce?: string;
  connectToken: string;
}

/** One callback that belongs to its request, its session and its browser, and whose state is used by it. */
export interface Visit {
  workspace: string;
  request: AuthorizationRequest;
  session: ConnectSession;
  secrets: VisitSecrets;
  /** There where an earlier callback got the answer and could not finish. */
  landing?: Landing;
}

/** What a browser brought to the callback. */
export interface Arrival {
  integrationId: string;
  parameters: URLSearchParams;
  cookies: string | undefined;
  address: string;
}
