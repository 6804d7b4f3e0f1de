import type { EffectiveRotation, OAuthClient, RefreshTiming } from '#oauth';
import type { ResolvedProvider } from '#providers';
import type { Connection, Integration } from '#storage';
import type { WorkspaceCipher } from '#vault';

/** Which refresh is meant: the generation of a slot that it sets out from. */
export interface RefreshTarget {
  workspace: string;
  connection: string;
  slot: string;
  generation: number;
}

/** A refresh whose intent is committed: what it takes to send, land and promote. */
export interface Attempt extends RefreshTarget {
  id: string;
  fence: number;
  connectionRow: Connection;
  integration: Integration;
  provider: ResolvedProvider;
  rotation: EffectiveRotation;
  timing: RefreshTiming;
  /** Newest secret first. */
  clients: [OAuthClient, ...OAuthClient[]];
  cipher: WorkspaceCipher;
  /** Absent for client credentials. */
  refreshToken: string | undefined;
  accessToken: { sealed: Buffer | null; remainingMs: number | null; lifetimeMs: number | null };
  /** Monotonic (performance.now), when T1 began. */
  begunAt: number;
  /** Its end was not known once before: what is refused now may have been used up then. */
  afterAmbiguity: boolean;
}

/** How a refresh ended for whoever asked. */
export interface RefreshEnd {
  outcome: 'refreshed' | 'superseded' | 'failed' | 'busy' | 'refused';
  failureClass?: string;
  errorCode?: string;
  retryAfterMs?: number;
}
