import * as oauth from 'oauth4webapi';
import { OAuthError } from '../oauth-error.js';
import type { AuthorizationServer } from './authorization-server.js';
import type { Fetch } from './fetch.js';
import { type RawAnswer, readAnswer } from './raw-answer.js';
import { inFormat, type RequestFormat } from './request-format.js';

export interface Wire {
  fetch: Fetch;
  now: () => Date;
  signal?: AbortSignal;
}

/** The options that every oauth4webapi request takes. */
export interface RequestOptions {
  [oauth.customFetch]: (
    url: string,
    options: oauth.CustomFetchOptions<string, URLSearchParams | undefined>,
  ) => Promise<Response>;
  [oauth.allowInsecureRequests]: boolean;
}

/**
 * Sends one request and takes the whole answer, uninterpreted. Errors of the fetch pass through untouched; what fails
 * before it is called is OAuthError `request-invalid`, `not_sent`.
 */
export async function send(
  wire: Wire,
  server: Pick<AuthorizationServer, 'allowHttp'>,
  format: RequestFormat,
  request: (options: RequestOptions) => Promise<Response>,
): Promise<RawAnswer> {
  let reachedTheWire = false;
  const fetch = inFormat(wire.fetch, format);
  try {
    const response = await request({
      [oauth.customFetch]: (url, { method, headers, body }) => {
        reachedTheWire = true;
        return fetch(url, { method, headers: { ...headers }, body, signal: wire.signal });
      },
      // Which addresses that may be was checked by endpointOf, more narrowly.
      [oauth.allowInsecureRequests]: server.allowHttp,
    });
    return await readAnswer(response, wire.now());
  } catch (error) {
    // oauth4webapi's messages and causes can quote parameters.
    if (reachedTheWire || error instanceof OAuthError) throw error;
    throw new OAuthError('request-invalid', { phase: 'not_sent' });
  }
}
