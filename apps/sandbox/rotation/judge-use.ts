import type { Persona } from '../personas/persona.js';
import type { KillReason } from '../store/kill-scope.js';

/** What is known of a refresh token at the moment it is presented. */
export interface TokenUse {
  /** It was rotated away: under E only once a successor was used. */
  spent: boolean;
  firstUsedAt: number | null;
  /** A token minted for it was spent in its turn. */
  successorUsed: boolean;
  now: number;
}

/** `same_token`: nothing rotates. `sibling`: another child. `instead`: another child, and the earlier ones die. */
export type Verdict =
  | { honour: 'same_token' | 'first_use' | 'sibling' | 'instead' | 'same_answer' }
  | { breach: Extract<KillReason, 'replayed' | 'window_over' | 'older_than_predecessor'> };

/** What this use of a refresh token does, in the persona's mode of rotation. */
export function judgeUse(persona: Pick<Persona, 'rotation' | 'grace_seconds'>, use: TokenUse): Verdict {
  const { rotation } = persona;
  switch (rotation) {
    case 'none':
      return use.spent ? { breach: 'replayed' } : { honour: 'same_token' };
    case 'A':
      return use.spent ? { breach: 'replayed' } : { honour: 'first_use' };
    case 'B':
    case 'C':
    case 'D':
      return use.spent ? judgeReplay(rotation, persona.grace_seconds, use) : { honour: 'first_use' };
    case 'E':
      if (use.spent) return { breach: 'replayed' };
      return { honour: use.firstUsedAt === null ? 'first_use' : 'sibling' };
  }
}

function judgeReplay(mode: 'B' | 'C' | 'D', graceSeconds: number, use: TokenUse): Verdict {
  if (use.firstUsedAt === null) return { breach: 'replayed' };
  if (use.now - use.firstUsedAt > graceSeconds * 1000) return { breach: 'window_over' };
  if (mode === 'C') return { honour: 'same_answer' };
  if (mode === 'D') return { honour: 'instead' };
  return use.successorUsed ? { breach: 'older_than_predecessor' } : { honour: 'sibling' };
}
