import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunningSandbox } from '../testing/running-sandbox.js';
import { SandboxClient, type TokenAnswer } from '../testing/sandbox-client.js';
import { sha256, useSandbox } from '../testing/use-sandbox.js';

const { client, api, profile, ledger, persona } = useSandbox();

let personas = 0;
/** A connection at a server with this rotation; `rt` and `at` are its first tokens. */
async function connected(document: object) {
  const id = `mode-${personas++}`;
  expect((await persona(id, document)).status).toBe(200);
  const one = await client({ persona: id });
  const { body } = await one.connect();
  const refreshes = () => ledger(`client=${one.id}&grant_type=refresh_token`);
  return { one, rt: body.refresh_token, at: body.access_token, refreshes };
}
const window = (rotation: string, grace_seconds = 30, more: object = {}) => ({
  ...{ rotation, grace_seconds },
  ...more,
});
const rtOf = ({ body }: TokenAnswer): string => body.refresh_token;
const atOf = ({ body }: TokenAnswer): string => body.access_token;
const concurrently = (one: SandboxClient, rt: string, times = 12) =>
  Promise.all(Array.from({ length: times }, () => one.refresh(rt)));
const whys = (killed: { why: string }[] = []) => [...new Set(killed.map(({ why }) => why))];

describe('mode B', () => {
  it('mints another child for each replay in the window, and all of them live', async () => {
    const { one, rt, refreshes } = await connected(window('B'));
    const children = [await one.refresh(rt), await one.refresh(rt), await one.refresh(rt)];
    expect(new Set(children.map(rtOf)).size).toBe(3);
    for (const child of children) expect(await profile(atOf(child))).toBe(200);
    for (const child of children) expect((await one.refresh(rtOf(child))).status).toBe(200);
    const entries = (await refreshes()).slice(0, 3);
    expect(entries.map(({ replay, rotation }) => [replay, rotation])).toEqual([
      [null, 'B'],
      ['window', 'B'],
      ['window', 'B'],
    ]);
    expect(entries.map(({ killed }) => whys(killed))).toEqual([['rotated'], [], []]);
    expect(entries.map(({ minted }) => minted.refresh_token)).toEqual(
      children.map((child) => sha256(rtOf(child))),
    );
  });

  it('takes a token older than the immediate predecessor for a breach: the family dies', async () => {
    const { one, rt, refreshes } = await connected(window('B'));
    const child = await one.refresh(rt);
    const grandchild = await one.refresh(rtOf(child));
    expect((await one.refresh(rt)).body.error).toBe('invalid_grant');
    expect(await profile(atOf(grandchild))).toBe(401);
    const dead = await one.refresh(rtOf(grandchild));
    expect(dead.body.error).toBe('invalid_grant');
    const [, , breach, late] = await refreshes();
    expect(breach).toMatchObject({ outcome: 'refused', replay: 'reuse' });
    expect(whys(breach?.killed)).toEqual(['older_than_predecessor']);
    expect(late).toMatchObject({ outcome: 'refused', replay: 'dead', killed: [] });
  });

  it('serves every one of many concurrent uses, one of them as the first', async () => {
    const { one, rt, refreshes } = await connected(window('B'));
    const answers = await concurrently(one, rt);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(rtOf)).size).toBe(answers.length);
    expect((await refreshes()).filter(({ replay }) => replay === null)).toHaveLength(1);
  });
});

describe('mode C', () => {
  it('answers a replay in the window with the very same body, and mints nothing', async () => {
    const { one, rt, refreshes } = await connected(window('C'));
    const first = await one.refresh(rt);
    const again = await one.refresh(rt);
    expect(again.body).toEqual(first.body);
    expect((await one.refresh(rtOf(first))).status).toBe(200);
    expect((await one.refresh(rt)).body).toEqual(first.body);
    const [, replay] = await refreshes();
    expect(replay).toMatchObject({ outcome: 'granted', replay: 'same_answer', minted: {}, killed: [] });
  });

  it('gives one answer to many concurrent uses', async () => {
    const { one, rt, refreshes } = await connected(window('C'));
    const answers = await concurrently(one, rt);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
    expect((await refreshes()).filter(({ minted }) => minted.refresh_token)).toHaveLength(1);
  });

  it('keeps the answer over a restart, and no token of it in the clear', async () => {
    const own = await RunningSandbox.start();
    try {
      const one = await SandboxClient.register(own.origin, { persona: 'rotation-c' });
      const { body } = await one.connect();
      const first = await one.refresh(body.refresh_token);
      await own.restart();
      expect((await one.refresh(body.refresh_token)).body).toEqual(first.body);
      for (const token of [body.refresh_token, first.body.access_token, first.body.refresh_token]) {
        expect(readFileSync(own.file).includes(token)).toBe(false);
      }
    } finally {
      await own.stop();
    }
  });
});

describe('mode D', () => {
  it('mints a new child for a replay in the window, and the earlier one dies with its access token', async () => {
    const { one, rt, at, refreshes } = await connected(window('D'));
    const earlier = await one.refresh(rt);
    const last = await one.refresh(rt);
    expect(await profile(at)).toBe(200);
    expect(await profile(atOf(earlier))).toBe(401);
    expect((await one.refresh(rtOf(earlier))).body.error).toBe('invalid_grant');
    expect(await profile(atOf(last))).toBe(200);
    expect((await one.refresh(rtOf(last))).status).toBe(200);
    const [, replay, late] = await refreshes();
    expect(replay).toMatchObject({ outcome: 'granted', replay: 'window' });
    expect(replay?.killed).toEqual(
      expect.arrayContaining([
        { kind: 'refresh_token', hash: sha256(rtOf(earlier)), why: 'last_replay_wins' },
        { kind: 'access_token', hash: sha256(atOf(earlier)), why: 'last_replay_wins' },
      ]),
    );
    expect(replay?.killed).toHaveLength(2);
    expect(late).toMatchObject({ replay: 'dead', killed: [] });
  });

  it('kills what came of the earlier child, too', async () => {
    const { one, rt } = await connected(window('D'));
    const grandchild = await one.refresh(rtOf(await one.refresh(rt)));
    const last = await one.refresh(rt);
    expect(last.status).toBe(200);
    expect(await profile(atOf(grandchild))).toBe(401);
    expect((await one.refresh(rtOf(grandchild))).body.error).toBe('invalid_grant');
  });

  it('leaves exactly one child of many concurrent uses alive', async () => {
    const { one, rt } = await connected(window('D'));
    const answers = await concurrently(one, rt);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const alive = await Promise.all(answers.map((answer) => profile(atOf(answer))));
    expect(alive.filter((status) => status === 200)).toHaveLength(1);
    const heir = answers[alive.indexOf(200)] as TokenAnswer;
    expect((await one.refresh(rtOf(heir))).status).toBe(200);
  });
});

describe('modes B, C and D', () => {
  it('kill the family when a spent token comes back after the window', async () => {
    await Promise.all(
      ['B', 'C', 'D'].map(async (mode) => {
        const { one, rt, refreshes } = await connected(window(mode, 2));
        const child = await one.refresh(rt);
        await sleep(1000);
        const inWindow = await one.refresh(rt);
        expect(inWindow.status).toBe(200);
        // From the first use, not from the last replay.
        await sleep(1200);
        expect(await one.refresh(rt)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
        for (const { body } of [child, inWindow]) {
          expect(await profile(body.access_token)).toBe(401);
          expect((await one.refresh(body.refresh_token)).body.error).toBe('invalid_grant');
        }
        const [, , breach] = await refreshes();
        expect(breach).toMatchObject({ outcome: 'refused', replay: 'reuse' });
        expect(whys(breach?.killed)).toEqual(['window_over']);
      }),
    );
  });

  it('kill the old access token at the first use only, and no sibling’s, when the persona does', async () => {
    for (const mode of ['B', 'D']) {
      const { one, rt, at, refreshes } = await connected(
        window(mode, 30, { kills_access_token_on_rotation: true }),
      );
      const child = await one.refresh(rt);
      expect(await profile(at)).toBe(401);
      const sibling = await one.refresh(rt);
      expect(await profile(atOf(child))).toBe(mode === 'B' ? 200 : 401);
      await one.refresh(rtOf(sibling));
      expect(await profile(atOf(sibling))).toBe(401);
      expect(await profile(atOf(child))).toBe(mode === 'B' ? 200 : 401);
      const [first] = await refreshes();
      expect(first?.killed).toContainEqual({ kind: 'access_token', hash: sha256(at), why: 'superseded' });
    }
  });
});

describe('mode E', () => {
  it('mints for the old token until a successor is spent, and then takes it for a breach', async () => {
    const { one, rt, refreshes } = await connected({ rotation: 'E' });
    const [first, second] = [await one.refresh(rt), await one.refresh(rt)];
    expect(rtOf(first)).not.toBe(rtOf(second));
    const next = await one.refresh(rtOf(first));
    expect(next.status).toBe(200);
    expect((await one.refresh(rt)).body.error).toBe('invalid_grant');
    for (const { body } of [first, second, next]) expect(await profile(body.access_token)).toBe(401);
    expect((await one.refresh(rtOf(next))).body.error).toBe('invalid_grant');
    const entries = await refreshes();
    expect(entries.map(({ replay }) => replay)).toEqual([null, 'window', null, 'reuse', 'dead']);
    expect(entries.map(({ killed }) => whys(killed))).toEqual([[], [], ['successor_used'], ['replayed'], []]);
    expect(entries[2]?.killed).toEqual([{ kind: 'refresh_token', hash: sha256(rt), why: 'successor_used' }]);
  });

  it.each(['opaque', 'jwt'])('takes the successor for used when its %s access token is', async (format) => {
    const { one, rt, at } = await connected({ rotation: 'E', access_token_format: format });
    const successor = await one.refresh(rt);
    // The tokens of before say nothing about who has the answer.
    await profile(at);
    await one.introspect(atOf(successor));
    expect((await one.refresh(rt)).status).toBe(200);
    expect((await api('/userinfo', atOf(successor))).status).toBe(200);
    const [use] = await ledger(`client=${one.id}&endpoint=api`);
    expect(use).toMatchObject({
      presented: { kind: 'access_token', hash: sha256(atOf(successor)) },
      killed: [{ kind: 'refresh_token', hash: sha256(rt), why: 'successor_used' }],
    });
    await profile(atOf(successor));
    expect(await ledger(`client=${one.id}&endpoint=api`)).toHaveLength(1);
    expect((await one.refresh(rt)).body.error).toBe('invalid_grant');
    expect((await one.refresh(rtOf(successor))).body.error).toBe('invalid_grant');
  });

  it('serves every one of many concurrent uses, and any of their children goes on', async () => {
    const { one, rt } = await connected({ rotation: 'E' });
    const answers = await concurrently(one, rt);
    expect(new Set(answers.map(rtOf)).size).toBe(answers.length);
    for (const answer of answers.slice(0, 3)) expect((await one.refresh(rtOf(answer))).status).toBe(200);
  });
});

describe('every mode', () => {
  const modes: object[] = [
    { rotation: 'none' },
    { rotation: 'A' },
    ...['B', 'C', 'D'].map((mode) => window(mode)),
    { rotation: 'E' },
  ];

  it('refuses a scope, a resource or a client that is wrong without spending the token', async () => {
    for (const mode of modes) {
      const { one, rt, refreshes } = await connected(mode);
      const other = await client();
      expect((await other.refresh(rt)).body.error).toBe('invalid_grant');
      expect((await one.refresh(rt, { scope: 'openid email' })).body.error).toBe('invalid_scope');
      expect((await one.refresh(rt, { resource: 'https://elsewhere.example/' })).body.error).toBe(
        'invalid_target',
      );
      const granted = await one.refresh(rt, { scope: 'profile' });
      expect(granted).toMatchObject({ status: 200, body: { scope: 'profile' } });
      expect(granted.body).not.toHaveProperty('id_token');
      expect((await refreshes()).map(({ replay, killed }) => [replay, killed.length])).toEqual([
        [null, 0],
        [null, 0],
        [null, ['none', 'E'].includes((mode as { rotation: string }).rotation) ? 0 : 1],
      ]);
    }
  });

  it('narrows the scope of one answer, not of the family', async () => {
    for (const mode of modes) {
      const { one, rt } = await connected(mode);
      const narrow = await one.refresh(rt, { scope: 'profile' });
      const wide = await one.refresh(rtOf(narrow));
      expect(wide.body).toMatchObject({ scope: 'openid profile notes:write', id_token: expect.any(String) });
    }
  });
});
