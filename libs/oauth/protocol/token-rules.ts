import type { LifetimeBounds, LifetimeForm } from '../lifecycle/expires-in.js';
import { defaultBounds } from '../lifecycle/expires-in.js';
import type { AnswerEncoding } from './answer-document.js';

/** Where a token answer keeps what, as RFC 6901 pointers below a slot's place; the first that leads somewhere counts. */
export interface TokenFields {
  accessToken: readonly string[];
  refreshToken: readonly string[];
  tokenType: readonly string[];
  scope: readonly string[];
  expiresIn: readonly string[];
  refreshTokenExpiresIn: readonly string[];
  idToken: readonly string[];
}

/** How a provider words its token answers. */
export interface TokenRules {
  encoding: AnswerEncoding;
  /** What a success says of itself, where the status does not (Slack's `ok`). */
  success: { pointer: string; equals: string | number | boolean } | null;
  /** Where an error answer keeps its code. */
  errorCodes: readonly string[];
  fields: TokenFields;
  /** The tokens in one answer; `at` is a pointer to each one's object, '' for the top. The first is the main one. */
  slots: readonly { slot: string; at: string }[];
  /** `fallback`: taken where none is given; null: then it is a fault. Aliases are in lower case. */
  tokenType: { fallback: string | null; aliases: Readonly<Record<string, string>> };
  scopeSeparator: string;
  /** `defaultMs`: where the answer does not say; null: it is then not known. `jwt`: look at `exp` first. */
  lifetime: LifetimeBounds & { form: LifetimeForm; defaultMs: number | null; jwt: boolean };
  /** Kept with the connection, by name. */
  capture: Readonly<Record<string, string>>;
}

/** RFC 6749 §5.1, with the usual names for the refresh token's own life. */
export const standardTokenRules: TokenRules = {
  encoding: 'auto',
  success: null,
  errorCodes: ['/error', '/error_code', '/errorCode', '/code', '/error/code'],
  fields: {
    accessToken: ['/access_token'],
    refreshToken: ['/refresh_token'],
    tokenType: ['/token_type'],
    scope: ['/scope'],
    expiresIn: ['/expires_in'],
    refreshTokenExpiresIn: [
      '/refresh_token_expires_in',
      '/x_refresh_token_expires_in',
      '/refresh_expires_in',
    ],
    idToken: ['/id_token'],
  },
  slots: [{ slot: 'default', at: '' }],
  tokenType: { fallback: 'Bearer', aliases: {} },
  scopeSeparator: ' ',
  lifetime: { ...defaultBounds, form: 'auto', defaultMs: null, jwt: true },
  capture: {},
};
