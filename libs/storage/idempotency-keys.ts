import type { Database } from './database.js';
import { IdempotencyRepository } from './repositories/idempotency.repository.js';

/** Seals answers, which may hold secrets, to one key of one workspace. */
export interface AnswerSeal {
  seal(workspace: string, binding: string, answer: string): Promise<Buffer>;
  open(workspace: string, binding: string, sealed: Buffer): Promise<string>;
}

export interface KeyUse {
  workspace: string;
  callerId: string;
  key: string;
  route: string;
  bodyHash: Buffer;
}

type State =
  | { kind: 'new' }
  | { kind: 'replay'; status: number; body: string }
  | { kind: 'in-progress' }
  | { kind: 'mismatch' };

/** Idempotency keys in Postgres: 24 h, with a hash of the body and the sealed answer. */
export class IdempotencyKeys {
  constructor(
    private readonly database: Database,
    private readonly answers: AnswerSeal,
  ) {}

  async begin(use: KeyUse): Promise<State> {
    const { workspace, callerId, key, route, bodyHash } = use;
    const known = await this.database.inWorkspace(workspace, async (tx) => {
      const repository = tx.get(IdempotencyRepository);
      if (await repository.begin(callerId, key, route, bodyHash)) return undefined;
      return repository.find(callerId, key);
    });
    if (!known) return { kind: 'new' };
    if (known.route !== route || !known.bodyHash.equals(bodyHash)) return { kind: 'mismatch' };
    if (known.status === null || known.sealedAnswer === null) return { kind: 'in-progress' };
    const body = await this.answers.open(workspace, bindingOf(use), known.sealedAnswer);
    return { kind: 'replay', status: known.status, body };
  }

  async complete(use: KeyUse, status: number, body: string): Promise<void> {
    const sealed = await this.answers.seal(use.workspace, bindingOf(use), body);
    await this.database.inWorkspace(use.workspace, (tx) =>
      tx.get(IdempotencyRepository).complete(use.callerId, use.key, status, sealed),
    );
  }

  async abandon({ workspace, callerId, key }: KeyUse): Promise<void> {
    await this.database.inWorkspace(workspace, (tx) => tx.get(IdempotencyRepository).abandon(callerId, key));
  }
}

function bindingOf({ callerId, key }: KeyUse): string {
  return JSON.stringify([callerId, key]);
}
