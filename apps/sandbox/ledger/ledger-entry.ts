import type { Killed } from '../store/kill-scope.js';

export const ledgerEndpoints = ['token', 'revocation', 'introspection', 'control'] as const;
export type LedgerEndpoint = (typeof ledgerEndpoints)[number];

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
  /** `faulted`: a fault answered in the provider's place. */
  outcome: 'in_flight' | 'granted' | 'refused' | 'faulted';
  status: number | null;
  error: string | null;
  /** The provider's own reason, which a client is not told. */
  reason: string | null;
  faults: string[];
  /** False when the answer was thrown away. */
  answered: boolean;
  minted: { access_token?: string; refresh_token?: string; id_token?: string };
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
