import * as oauth from 'oauth4webapi';

export interface PkcePair {
  /** 256 random bits; secret until the code is exchanged, then deleted. */
  codeVerifier: string;
  codeChallenge: string;
}

/** RFC 7636, S256 only. */
export async function createPkcePair(): Promise<PkcePair> {
  const codeVerifier = oauth.generateRandomCodeVerifier();
  return { codeVerifier, codeChallenge: await oauth.calculatePKCECodeChallenge(codeVerifier) };
}
