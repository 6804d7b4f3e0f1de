import { ledgerEntry, type LedgerEntry, type Replay } from '../ledger/ledger-entry.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Persona } from '../personas/persona.js';
import { killScope, type Killed } from '../store/kill-scope.js';
import type { Records } from '../store/records.js';
import type { SandboxDatabase } from '../store/sandbox-database.js';
import { tokenHash } from '../store/token-hash.js';
import { judgeUse, type Verdict } from './judge-use.js';
import type { Lineage } from './lineage.js';
import { openAnswer, sealAnswer } from './sealed-answer.js';

/** Tokens made ready for an answer, and nowhere yet. */
export interface ReadyTokens {
  /** Undefined where the refresh token stays the same. */
  refreshToken: string | undefined;
  accessToken: string;
  body: object;
  save: () => void;
}

export interface Presented {
  token: string;
  grant: string;
  persona: Persona;
  ready: ReadyTokens;
}

export type Outcome =
  | { kind: 'granted'; body: object; replay: Replay | null }
  | { kind: 'refused'; reason: string; replay: Replay };

type Honoured = Extract<Verdict, { honour: unknown }>['honour'];

const refused = (reason: string, replay: Replay): Outcome => ({ kind: 'refused', reason, replay });

/** Spends refresh tokens: what is judged, killed and minted for one of them is one transaction, so no other use comes between. */
export class Rotation {
  constructor(
    private readonly database: SandboxDatabase,
    private readonly records: Records,
    readonly lineage: Lineage,
    private readonly ledger: Ledger,
  ) {}

  spend(presented: Presented): Outcome {
    return this.database.transaction(() => this.judge(presented, Date.now()));
  }

  /**
   * An access token was good at the API: its client has the answer it came in, refresh token and all. So the refresh token
   * before that one, which mode E had left alive, has done its duty.
   */
  accessTokenUsed(accessToken: string): void {
    const old = this.lineage.unspentPredecessor(accessToken);
    if (!old) return;
    this.database.transaction(() => {
      const killed: Killed[] = [];
      killScope.run({ why: 'successor_used', killed }, () =>
        this.records.retireRefreshToken(old.hash, 'successor_used'),
      );
      this.ledger.save(this.ledger.begin(this.entryOfUse(accessToken, old.grant, killed)));
    });
  }

  private entryOfUse(accessToken: string, grant: string, killed: Killed[]): Omit<LedgerEntry, 'id'> {
    const { clientId = null, accountId = null } = this.records.find('Grant', grant) ?? {};
    return ledgerEntry({
      endpoint: 'api',
      client: clientId,
      grant,
      sub: accountId,
      presented: { kind: 'access_token', hash: tokenHash(accessToken) },
      decided_at: new Date().toISOString(),
      outcome: 'granted',
      status: 200,
      killed,
    });
  }

  private judge(presented: Presented, now: number): Outcome {
    const { token, grant, persona } = presented;
    const hash = tokenHash(token);
    // Between the look of the grant handler and this one, another use may have killed the family.
    const record = this.records.find('RefreshToken', token);
    if (!record) return refused('refresh token not found', 'dead');
    this.lineage.add('refresh_token', token, grant, null);
    const known = this.lineage.of(hash);
    const verdict = judgeUse(persona, {
      spent: record.consumed !== undefined,
      firstUsedAt: known?.firstUsedAt ?? null,
      successorUsed: this.lineage.successorUsed(hash),
      now,
    });
    if ('breach' in verdict) return this.breach(grant, verdict.breach);
    if (verdict.honour !== 'same_answer') return this.grantTokens(presented, hash, verdict.honour, now);
    // Kept only if the persona was C at the first use.
    if (!known?.answer) return this.breach(grant, 'replayed');
    return { kind: 'granted', body: openAnswer(token, known.answer), replay: 'same_answer' };
  }

  private breach(grant: string, why: Extract<Verdict, { breach: unknown }>['breach']): Outcome {
    this.records.killFamily(grant, why);
    return refused('refresh token already used', 'reuse');
  }

  private grantTokens(
    { token, grant, persona, ready }: Presented,
    hash: string,
    honour: Exclude<Honoured, 'same_answer'>,
    now: number,
  ): Outcome {
    if (honour === 'first_use') this.firstUse(token, hash, grant, persona, ready.body, now);
    if (honour === 'instead') {
      for (const { kind, hash: heir } of this.lineage.descendantsOf(hash))
        this.records.killToken(kind, heir, 'last_replay_wins');
    }
    ready.save();
    if (ready.refreshToken) this.lineage.add('refresh_token', ready.refreshToken, grant, hash);
    const cameWith = ready.refreshToken ? tokenHash(ready.refreshToken) : hash;
    this.lineage.add('access_token', ready.accessToken, grant, cameWith);
    const again = honour === 'sibling' || honour === 'instead';
    return { kind: 'granted', body: ready.body, replay: again ? 'window' : null };
  }

  private firstUse(
    token: string,
    hash: string,
    grant: string,
    persona: Persona,
    body: object,
    now: number,
  ): void {
    const predecessor = this.lineage.of(hash)?.cameFrom;
    if (predecessor) this.records.retireRefreshToken(predecessor, 'successor_used');
    if (persona.rotation !== 'E') this.records.consume('RefreshToken', token);
    if (persona.kills_access_token_on_rotation) this.supersedeAccessTokens(persona, grant, hash);
    this.lineage.markFirstUse(hash, now, persona.rotation === 'C' ? sealAnswer(token, body) : null);
  }

  private supersedeAccessTokens(persona: Persona, grant: string, hash: string): void {
    // Under A no two refresh tokens of a grant are alive; elsewhere a sibling's access token must live on.
    if (persona.rotation === 'A') this.records.supersedeAccessTokens(grant);
    else
      for (const old of this.lineage.accessTokensOf(hash))
        this.records.killToken('access_token', old, 'superseded');
  }
}
