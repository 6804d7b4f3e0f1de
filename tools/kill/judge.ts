import type { RotationMode } from '#oauth';
import type { LedgerEntry } from '../../apps/sandbox/ledger/ledger-entry.js';
import type { Member } from './fleet.js';
import type { SlotState } from './slots.js';

type Rows = ReadonlyMap<string, SlotState>;

/** What was left when a worker was dead, and before there was another. */
export interface AtDeath {
  slots: Rows;
  /** Attempts by their answers: in the spool, and durable by the worker's own account. */
  spooled: ReadonlySet<string>;
  durable: ReadonlySet<string>;
  /** What the provider wrote down of the worker's requests, to the last that was still in a socket. */
  ledger: readonly LedgerEntry[];
}

/** All that is known when a round is over. */
export interface Evidence {
  mode: RotationMode;
  before: Rows;
  atDeath: AtDeath;
  /** When the next worker had nothing left to do. */
  after: Rows;
  /** When it had refreshed everything once more. */
  proven: Rows;
  /** What the provider wrote down of the next worker until `after`. */
  recovery: readonly LedgerEntry[];
}

export interface Verdict {
  member: Member;
  lost: boolean;
  /** Lost, and nobody could have kept it. */
  unavoidable: boolean;
  broken: string[];
}

/** Active is not enough: a connection was kept if its tokens of now were good for one more refresh. */
export function judge(members: readonly Member[], evidence: Evidence): Verdict[] {
  return members.map((member) => {
    const lost = isLost(member, evidence);
    const unavoidable = lost && isUnavoidable(member, evidence);
    return { member, lost, unavoidable, broken: [...promises(member, evidence, lost, unavoidable)] };
  });
}

function isLost({ connection }: Member, { after, proven }: Evidence): boolean {
  const [then, now] = [after.get(connection)!, proven.get(connection)!];
  return now.state !== 'active' || now.open || now.generation <= then.generation;
}

/**
 * Strict rotation, the provider granted what the dead worker asked, and no answer had been landed: neither in Postgres or
 * the spool, nor by the worker's own account, so that a landing that is none does not pass for bad luck.
 */
function isUnavoidable({ connection, grant }: Member, { mode, atDeath, before }: Evidence): boolean {
  const { attempt, landed, generation } = atDeath.slots.get(connection)!;
  const isGranted = atDeath.ledger.some((entry) => entry.grant === grant && entry.outcome === 'granted');
  const durable = attempt !== null && (atDeath.durable.has(attempt) || atDeath.spooled.has(attempt));
  const isLanded = landed || durable || generation > before.get(connection)!.generation;
  return mode === 'A' && isGranted && !isLanded;
}

function* promises(
  { connection, grant }: Member,
  { before, atDeath, after, proven, recovery }: Evidence,
  lost: boolean,
  unavoidable: boolean,
): Iterable<string> {
  const { state, reason, generation } = proven.get(connection)!;
  if (lost && !unavoidable) yield `${connection} was lost: ${state}, ${reason ?? 'no reason'}`;
  if (unavoidable && reason !== 'lost_rotation') yield `${connection} was lost, and is told as ${reason}`;
  const course = [before, atDeath.slots, after, proven].map((rows) => rows.get(connection)!.generation);
  if (course.some((one, nth) => one < (course[nth - 1] ?? 0)))
    yield `${connection} went back: ${course.join(', ')}`;
  if (!lost && generation - course[0]! > 3)
    yield `${connection} was refreshed too often: ${course.join(', ')}`;
  const entries = [...atDeath.ledger, ...recovery];
  const breach = entries.find((entry) => entry.grant === grant && entry.killed.some(killsFamily));
  if (breach && !unavoidable) yield `${connection} had a spent token presented: ledger entry ${breach.id}`;
}

/** Of the death of a family: a token was presented beyond what its mode allows. */
function killsFamily({ why }: LedgerEntry['killed'][number]): boolean {
  return why === 'replayed' || why === 'window_over' || why === 'older_than_predecessor';
}
