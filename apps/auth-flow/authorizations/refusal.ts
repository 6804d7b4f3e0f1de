import type { OAuthErrorCode, SlotTokens } from '#oauth';
import type { ConnectSession } from '#storage';

/** Why an authorization was refused, as the API and the audit log name it. Stable. */
export type RefusalCode =
  | keyof typeof texts
  | 'access_denied'
  | 'authorization_refused'
  | 'state_mismatch'
  | 'issuer_missing'
  | 'issuer_mismatch'
  | 'code_missing'
  | 'response_malformed'
  | `id_token_${string}`;

type Kind = 'denied' | 'link' | 'used' | 'browser' | 'suspended' | 'provider' | 'account';

interface Text {
  kind: Kind;
  status: number;
  detail: string;
}

/** `detail` is for the API's caller, the page's words come from `kind`. */
const texts = {
  state_unknown: { kind: 'browser', status: 400, detail: 'The callback carried no state of ours.' },
  state_used: { kind: 'used', status: 410, detail: 'The callback was replayed: its state was used before.' },
  state_expired: {
    kind: 'link',
    status: 410,
    detail: 'The callback came more than 10 minutes after the start.',
  },
  browser_mismatch: {
    kind: 'browser',
    status: 400,
    detail: 'The callback came without the cookie of the browser in which the authorization was started.',
  },
  integration_mismatch: {
    kind: 'browser',
    status: 400,
    detail: 'The callback came to the redirect URI of another integration.',
  },
  link_unknown: { kind: 'link', status: 404, detail: 'There is no such connect link.' },
  link_expired: { kind: 'link', status: 410, detail: 'The connect link was opened after it had expired.' },
  link_used: { kind: 'used', status: 410, detail: 'The connect link was opened again after its completion.' },
  too_many_attempts: { kind: 'link', status: 429, detail: 'The connect link was started too often.' },
  workspace_suspended: {
    kind: 'suspended',
    status: 403,
    detail: 'The workspace is suspended. The link works again once an admin resumes it.',
  },
  integration_unavailable: {
    kind: 'provider',
    status: 503,
    detail: 'The integration is paused, incomplete or its provider is not known here.',
  },
  code_refused: { kind: 'provider', status: 502, detail: 'The provider refused the authorization code.' },
  client_refused: {
    kind: 'provider',
    status: 502,
    detail: "The provider refused the integration's client credentials or configuration.",
  },
  provider_unavailable: { kind: 'provider', status: 502, detail: 'The provider could not answer.' },
  answer_without_token: {
    kind: 'provider',
    status: 502,
    detail: "The provider's answer had no access token.",
  },
  answer_not_understood: {
    kind: 'provider',
    status: 502,
    detail: "The provider's answer could not be understood.",
  },
  id_token_missing: { kind: 'provider', status: 502, detail: 'The provider gave no ID token.' },
  refresh_token_missing: {
    kind: 'provider',
    status: 502,
    detail: 'The provider gave no refresh token although lasting access was asked for.',
  },
  subject_mismatch: {
    kind: 'account',
    status: 409,
    detail: 'Another account at the provider came back than the one that the connection belongs to.',
  },
  subject_unknown: {
    kind: 'account',
    status: 409,
    detail: 'The provider did not say whose account came back, and the connection belongs to a known one.',
  },
  connection_gone: { kind: 'account', status: 410, detail: 'The connection to renew was revoked meanwhile.' },
} as const satisfies Record<string, Text>;

const oauthTexts: Partial<Record<OAuthErrorCode, { code: RefusalCode; text: Text }>> = {
  'authorization-denied': {
    code: 'access_denied',
    text: { kind: 'denied', status: 403, detail: 'The end user did not allow the access.' },
  },
  'authorization-refused': {
    code: 'authorization_refused',
    text: { kind: 'provider', status: 502, detail: 'The provider refused the authorization request.' },
  },
};

export interface RefusalExtra {
  /** The provider's own error code, where it is safe to show. */
  providerCode?: string;
  /** Tokens that came and are not wanted. */
  unwanted?: readonly SlotTokens[];
}

/** Where a refusal is recorded. Without a session only the integration is known, by the path. */
export interface RefusalPlace {
  workspace: string;
  session?: ConnectSession;
  integrationId?: string;
  /** Whether the browser proved that it is the one that began. */
  bound: boolean;
  /** The authorization request whose state was used, and whose sealed rest is erased. */
  requestId?: string;
  connectToken?: string;
}

/** An authorization that ends here: nothing was changed, and somebody must be told why. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  place: RefusalPlace | undefined;

  private constructor(
    readonly code: RefusalCode,
    private readonly text: Text,
    readonly extra: RefusalExtra,
  ) {
    super(code);
  }

  static of(code: keyof typeof texts, extra: RefusalExtra = {}): Refusal {
    return new Refusal(code, texts[code], extra);
  }

  /** What an OAuthError of #oauth means to the one who waits. */
  static ofOAuth(code: OAuthErrorCode, extra: RefusalExtra = {}): Refusal {
    const known = oauthTexts[code];
    if (known) return new Refusal(known.code, known.text, extra);
    const detail = `The provider's answer failed a check: ${code.replaceAll('-', ' ')}.`;
    const stable = code.replaceAll('-', '_') as RefusalCode;
    return new Refusal(stable, { kind: 'provider', status: 502, detail }, extra);
  }

  at(place: RefusalPlace | undefined): this {
    this.place = place;
    return this;
  }

  get status(): number {
    return this.text.status;
  }

  get kind(): Kind {
    return this.text.kind;
  }

  /** For the API's caller. */
  get detail(): string {
    const { providerCode } = this.extra;
    return providerCode === undefined ? this.text.detail : `${this.text.detail} It said: ${providerCode}.`;
  }
}
