import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { effectiveRotation, refreshTiming, type ConnectionState, type TokenAnswer } from '#oauth';
import { OutboundClient } from '#outbound';
import { ProviderCatalogue } from '#providers';
import { failureEffect, type Attempt, type RefreshStore, type SlotFacts } from '#refresh';
import {
  Connection,
  ConnectionSlot,
  Integration,
  IntegrationSecret,
  openDatabase,
  OutboxEvent,
  RefreshAttempt,
  TokenSet,
  WorkspaceKeys,
  type Database,
} from '#storage';
import {
  createDatabase,
  seedConnection,
  seedTokens,
  type SeededConnection,
  type TestDatabase,
} from '#testing';
import { createKeyFile, openVault, type Vault } from '#vault';
import { assembleEngine } from '../../apps/refresh-worker/refreshing/assemble-engine.js';
import { ModelDatabase } from './model-database.js';
import { ModelStore } from './model-store.js';

const entities = [
  Connection,
  ConnectionSlot,
  Integration,
  IntegrationSecret,
  OutboxEvent,
  RefreshAttempt,
  TokenSet,
];
const failures = {
  transient: { class: 'TRANSIENT', code: 'x', recognised: true, mayHaveSpent: false },
  ambiguous: { class: 'AMBIGUOUS', code: 'x', recognised: true, mayHaveSpent: true },
  refused: {
    class: 'REAUTHORIZE',
    code: 'invalid_grant',
    httpStatus: 400,
    recognised: true,
    mayHaveSpent: false,
  },
  garbage: { class: 'PROTOCOL', code: 'x', httpStatus: 200, recognised: false, mayHaveSpent: true },
} as const;

type Command =
  | { do: 'begin' }
  | { do: 'land' | 'promote' | 'take-over' | 'renew' | 'close' | 'postpone'; nth: number }
  | { do: 'fail'; nth: number; how: keyof typeof failures }
  | { do: 'lease-runs-out' | 'revoke' | 'pause' };

const nth = fc.nat({ max: 3 });
const commands = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('begin' as const) }) },
    {
      weight: 12,
      arbitrary: fc.record({
        do: fc.constantFrom(...(['land', 'promote', 'take-over', 'renew', 'close', 'postpone'] as const)),
        nth,
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('fail' as const),
        nth,
        how: fc.constantFrom(...(Object.keys(failures) as (keyof typeof failures)[])),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom(
          'lease-runs-out' as const,
          'lease-runs-out' as const,
          'revoke' as const,
          'pause' as const,
        ),
      }),
    },
  ) as fc.Arbitrary<Command>,
  { minLength: 4, maxLength: 20 },
);

let postgres: TestDatabase;
let database: Database;
let vault: Vault;
let store: RefreshStore<SlotFacts>;
let keys: Vault;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'equivalence-'));
  postgres = await createDatabase();
  const opened = await openDatabase({
    url: postgres.urlOf('refresh-worker'),
    applicationName: 'equivalence',
    entities,
  });
  database = opened.database;
  createKeyFile(join(folder, 'keys.json'));
  // Only auth-flow makes workspace keys.
  const maker = await openDatabase({
    url: postgres.urlOf('auth-flow'),
    applicationName: 'keys',
    entities: [],
  });
  keys = openVault(join(folder, 'keys.json'), new WorkspaceKeys(maker.database));
  vault = openVault(join(folder, 'keys.json'), new WorkspaceKeys(database));
  closers.push(maker.close, opened.close);
  const sandboxOrigin = 'http://127.0.0.1:1';
  ({ store } = assembleEngine({
    database,
    vault,
    catalogue: new ProviderCatalogue({ sandboxOrigin }),
    outbound: new OutboundClient({ production: false, allowedPrivateOrigins: [], sandboxOrigin }),
    spoolFolder: join(folder, 'spool'),
  }) as unknown as { store: RefreshStore<SlotFacts> });
});

afterAll(async () => {
  for (const close of closers) await close();
  await postgres.drop();
});

/** One side of the comparison: a store, and the attempts that were begun at it, in order. */
class Side {
  private readonly attempts: Attempt[] = [];

  constructor(
    private readonly store: RefreshStore<SlotFacts>,
    private readonly key: { workspace: string; connection: string; slot: string },
  ) {}

  /** What the command answered, in words that do not depend on ids. */
  async carryOut(command: Command): Promise<unknown> {
    if (command.do === 'begin') return this.begin();
    if (!('nth' in command)) return undefined;
    const attempt = this.attempts[command.nth];
    if (!attempt) return undefined;
    const { workspace, id } = attempt;
    switch (command.do) {
      case 'land':
        return this.store.land(workspace, id, Buffer.from('sealed'));
      case 'promote':
        return this.store.promote(attempt, answer, 0);
      case 'renew':
        return this.store.renewLease(attempt);
      case 'close':
        return this.store.close(workspace, id);
      case 'postpone':
        return this.store.postpone(workspace, id, 5_000, attempt);
      case 'fail':
        return this.store.fail(
          attempt,
          failureEffect(attempt, failures[command.how], { random: 0.5, doubted: false }),
        );
      case 'take-over':
        return this.takeOver(command.nth);
    }
  }

  private async begin(): Promise<unknown> {
    const generation = (await this.store.load({ ...this.key, generation: 0 }))!.generation;
    const target = { ...this.key, generation };
    const facts = await this.store.load(target);
    const begun = await this.store.begin(target, facts!, { trigger: 'planned', timing });
    if (!begun) return undefined;
    const attempt = {
      ...target,
      ...begun,
      facts: facts! as Attempt['facts'],
      timing,
      begunAt: 0,
      olderByMs: 0,
    };
    this.attempts.push({ ...attempt, afterAmbiguity: false });
    return begun.fence;
  }

  private async takeOver(which: number): Promise<unknown> {
    const attempt = this.attempts[which]!;
    const open = await this.store.findOpen(attempt.workspace, attempt.id);
    if (!open) return 'closed';
    const taken = await this.store.takeOver(open, timing);
    const { fence, landed } = taken ?? {};
    if (fence !== undefined)
      this.attempts[which] = {
        ...attempt,
        fence,
        facts: open.facts as Attempt['facts'],
        afterAmbiguity: true,
      };
    return { fence, landed: landed !== undefined, foundLanded: open.landed !== undefined };
  }
}

const rotation = effectiveRotation({ mode: 'A', killsAccessToken: false });
const timing = refreshTiming(rotation);
const answer: TokenAnswer = {
  tokens: [
    {
      slot: 'default',
      accessToken: 'at-2',
      refreshToken: 'rt-2',
      tokenType: 'Bearer',
      expiresInMs: 3_600_000,
      refreshTokenExpiresInMs: null,
    },
  ],
} as unknown as TokenAnswer;

/** Found once: promoted from memory into a place that was taken, then closed. */
const neverLanded: Command[] = [
  { do: 'begin' },
  { do: 'pause' },
  { do: 'promote', nth: 0 },
  { do: 'close', nth: 0 },
];

it('the repositories do what the model of the simulation does, command by command', async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (sequence) => {
      const seeded = await seedConnection(postgres);
      await keys.cipherFor(seeded.workspace);
      await postgres.query(`UPDATE integration SET token_endpoint_auth_method = 'none' WHERE id = $1`, [
        seeded.integration,
      ]);
      const cipher = await vault.cipherFor(seeded.workspace);
      await seedTokens(postgres, seeded, { cipher, accessToken: 'at-1', refreshToken: 'rt-1' });
      const { workspace, connection, slot } = seeded;
      const key = { workspace, connection, slot };
      const model = new ModelDatabase(
        () => 1_000,
        rotation,
        false,
        () => 0.5,
      );
      model.addSlot(slot, 'rt-1', 'at-1', 3_600_000);
      const sides = [new Side(store, key), new Side(new ModelStore(model, 'w'), key)];
      for (const [place, command] of sequence.entries()) {
        await befall(command, seeded, model);
        const [real, modelled] = await Promise.all(sides.map((side) => side.carryOut(command)));
        expect({ place, command, answer: real }).toEqual({ place, command, answer: modelled });
        expect({ place, command, rows: await rowsOf(seeded) }).toEqual({
          place,
          command,
          rows: rowsIn(model),
        });
      }
    }),
    { numRuns: 60, examples: [[neverLanded]] },
  );
}, 120_000);

/** What happens to the rows from outside. */
async function befall(
  { do: what }: Command,
  { connection }: SeededConnection,
  model: ModelDatabase,
): Promise<void> {
  const slot = model.slots.get('default')!;
  if (what === 'lease-runs-out') {
    if (slot.leaseUntil > 0) slot.leaseUntil = 1;
    await postgres.query(
      `UPDATE connection_slot SET lease_until = now() - interval '1 second' WHERE connection_id = $1 AND lease_until IS NOT NULL`,
      [connection],
    );
  }
  if (what !== 'revoke' && what !== 'pause') return;
  const state: ConnectionState = what === 'revoke' ? 'revoking' : 'paused';
  if (model.state === 'revoking' || model.state === state) return;
  const returnState = what === 'pause' ? model.state : null;
  Object.assign(model, { state, returnState });
  model.fenceOff(what === 'revoke' ? 'revoked' : 'paused');
  await postgres.query(`UPDATE connection SET state = $2, return_state = $3 WHERE id = $1`, [
    connection,
    state,
    returnState,
  ]);
  await postgres.query(
    `UPDATE connection_slot SET fence = fence + 1, refresh_due_at = NULL, lease_until = NULL WHERE connection_id = $1`,
    [connection],
  );
}

async function rowsOf({ connection }: SeededConnection): Promise<unknown> {
  const [slot] = await postgres.query(
    `SELECT c.state, c.return_state AS "returnState", s.generation, s.fence, s.failures, s.open_attempt_id IS NOT NULL AS open,
       coalesce(s.lease_until > now(), false) AS leased, s.refresh_due_at IS NOT NULL AS due
     FROM connection c JOIN connection_slot s ON s.connection_id = c.id WHERE c.id = $1`,
    [connection],
  );
  const attempts = await postgres.query(
    `SELECT a.closed_at IS NOT NULL AS closed, l.state AS landing FROM refresh_attempt a
     LEFT JOIN token_landing l ON l.attempt_id = a.id WHERE a.connection_id = $1 ORDER BY a.started_at`,
    [connection],
  );
  return { slot, attempts };
}

function rowsIn(model: ModelDatabase): unknown {
  const { generation, fence, failures: failed, openAttempt, leaseUntil, dueAt } = model.slots.get('default')!;
  return {
    slot: {
      ...{ state: model.state, returnState: model.returnState, generation, fence, failures: failed },
      open: openAttempt !== null,
      leased: leaseUntil > 1_000,
      due: dueAt !== null,
    },
    attempts: [...model.attempts.values()].map(({ id, closed }) => ({
      closed,
      landing: model.landings.get(id)?.state ?? null,
    })),
  };
}
