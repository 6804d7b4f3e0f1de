export type { Attempt, OpenAttempt, RefreshEnd, RefreshTarget, SlotFacts } from './attempt.js';
export { AttemptResolver } from './attempt-resolver.js';
export { type FailureEffect, failureEffect, probeEveryMs } from './failure-effect.js';
export type {
  Admission,
  AnswerSeal,
  AnswerSpool,
  BeginTerms,
  Clock,
  EnginePorts,
  EngineReport,
  Gate,
  RefreshStore,
  TokenEndpoint,
} from './ports.js';
export { RefreshEngine } from './refresh-engine.js';
