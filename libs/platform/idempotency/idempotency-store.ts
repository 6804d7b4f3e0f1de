/** One use of an `Idempotency-Key`. */
export interface IdempotentUse {
  workspace: string;
  callerId: string;
  key: string;
  /** Method and path. */
  route: string;
  bodyHash: Buffer;
}

export type IdempotencyState =
  | { kind: 'new' }
  | { kind: 'replay'; status: number; body: string }
  | { kind: 'in-progress' }
  | { kind: 'mismatch' };

/** Port: remembers answers for 24 h, sealed. */
export abstract class IdempotencyStore {
  abstract begin(use: IdempotentUse): Promise<IdempotencyState>;
  abstract complete(use: IdempotentUse, status: number, body: string): Promise<void>;
  /** The request changed nothing: the key is free again. */
  abstract abandon(use: IdempotentUse): Promise<void>;
}
