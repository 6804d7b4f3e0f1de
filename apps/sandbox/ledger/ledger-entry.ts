import type { RotationMode } from '../personas/persona.js';
import type { Killed } from '../store/kill-scope.js';

/** `api`: only uses of an access token that killed something. */
export const ledgerEndpoints = ['token', 'revocation', 'introspection', 'api', 'control'] as const;
export type LedgerEndpoint = (typeof ledgerEndpoints)[number];

/**
 * A refresh token presented again. `window`: honoured, with new tokens; `same_answer`: honoured, and nothing was minted;
 * `reuse`: it was spent, and its family dies; `dead`: it was dead already.
 */
export type Replay = 'window' | 'same_answer' | 'reuse' | 'dead';

interface MintedPair {
  access_token?: string;
  refresh_token?: string;
}

/** One request and what it did. Tokens appear by hash only. */
export interface LedgerEntry {
  id: number;
  endpoint: LedgerEndpoint;
  received_at: string;
  decided_at: string | null;
  client: string | null;
  grant: string | null;
  sub: string | null;
  grant_type: string | null;
  presented: { kind: string; hash: string } | null;
  /** Null for a first use, and under mode none for every use. */
  replay: Replay | null;
  /** The client's mode of rotation as a refresh token was presented. */
  rotation: RotationMode | null;
  /** `faulted`: a fault answered in the provider's place. */
  outcome: 'in_flight' | 'granted' | 'refused' | 'faulted';
  status: number | null;
  error: string | null;
  /** The provider's own reason, which a client is not told. */
  reason: string | null;
  faults: string[];
  /** False when the answer was thrown away. */
  answered: boolean;
  minted: MintedPair & { id_token?: string; authed_user?: MintedPair & { grant: string } };
  killed: Killed[];
}

type Given = Pick<LedgerEntry, 'endpoint'> & Partial<LedgerEntry>;

/** An entry about which nothing more is known yet. */
export const ledgerEntry = (given: Given): Omit<LedgerEntry, 'id'> => ({
  received_at: new Date().toISOString(),
  decided_at: null,
  client: null,
  grant: null,
  sub: null,
  grant_type: null,
  presented: null,
  replay: null,
  rotation: null,
  outcome: 'in_flight',
  status: null,
  error: null,
  reason: null,
  faults: [],
  answered: true,
  minted: {},
  killed: [],
  ...given,
});
