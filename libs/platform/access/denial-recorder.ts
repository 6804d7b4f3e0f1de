import type { Caller } from './caller.js';

/** An attempt that was refused. Without a caller nobody was authenticated. */
export interface Denial {
  address: string;
  /** Method and route pattern: never the URL, which may hold a secret. */
  route: string;
  reason: string;
  caller?: Caller;
  requestId?: string;
}

/** Port: remembers refused attempts. Must neither throw nor keep the answer waiting. */
export abstract class DenialRecorder {
  abstract record(denial: Denial): void;
}
