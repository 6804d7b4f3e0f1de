import { classifyFailure, type FailureVocabulary } from '../lifecycle/classify-failure.js';
import type { Failure } from '../lifecycle/failure-class.js';
import type { RawAnswer } from './raw-answer.js';
import { parseTokenAnswer, type TokenAnswer } from './token-response.js';
import type { TokenRules } from './token-rules.js';

export type InterpretedAnswer =
  { kind: 'tokens'; answer: TokenAnswer } | { kind: 'failure'; failure: Failure };

/** What a stored answer of the token endpoint means: tokens, or which failure. Pure and total. */
export function interpretTokenAnswer(answer: {
  tokens: TokenRules;
  failures: FailureVocabulary;
  raw: RawAnswer;
  slot?: string;
}): InterpretedAnswer {
  const { tokens, failures, raw, slot } = answer;
  const parsed = parseTokenAnswer(tokens, raw, slot);
  if (parsed.ok) return { kind: 'tokens', answer: parsed.answer };
  const failure = classifyFailure(failures, { phase: 'answered', raw });
  const { fault } = parsed;
  return {
    kind: 'failure',
    failure:
      failure.class === 'PROTOCOL' && fault.kind === 'not-understood'
        ? { ...failure, code: fault.reason.replaceAll('-', '_') }
        : failure,
  };
}
