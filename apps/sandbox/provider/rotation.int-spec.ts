import { ScriptedBrowser } from '../testing/scripted-browser.js';
import { sha256, useSandbox } from '../testing/use-sandbox.js';

const { client, profile, ledger, persona, origin } = useSandbox();

describe('rotation, mode A', () => {
  it('mints a new refresh token at every use, for confidential clients too', async () => {
    const one = await client();
    const first = await one.connect();
    const second = await one.refresh(first.body.refresh_token);
    const third = await one.refresh(second.body.refresh_token);
    expect(new Set([first, second, third].map(({ body }) => body.refresh_token)).size).toBe(3);
    expect(await profile(third.body.access_token)).toBe(200);
    expect(await profile(first.body.access_token)).toBe(200);
  });

  it('kills the whole family when a spent refresh token comes back, and no other family', async () => {
    const one = await client();
    const browser = new ScriptedBrowser(origin());
    const first = await one.connect({ browser });
    const unrelated = await one.connect({ browser });
    const second = await one.refresh(first.body.refresh_token);
    const replay = await one.refresh(first.body.refresh_token);
    expect(replay).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await one.refresh(second.body.refresh_token)).body.error).toBe('invalid_grant');
    expect(await profile(first.body.access_token)).toBe(401);
    expect(await profile(second.body.access_token)).toBe(401);
    expect(await one.introspect(second.body.access_token)).toEqual({ active: false });
    expect(await profile(unrelated.body.access_token)).toBe(200);
    expect((await one.refresh(unrelated.body.refresh_token)).status).toBe(200);
  });

  it('lets exactly one of many concurrent requests spend a refresh token', async () => {
    const one = await client();
    const { body } = await one.connect();
    const answers = await Promise.all(Array.from({ length: 12 }, () => one.refresh(body.refresh_token)));
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ body: { error } }) => error === 'invalid_grant')).toHaveLength(11);
    // Under mode A the losers are replays.
    expect(await profile(winners[0]?.body.access_token ?? '')).toBe(401);
  });

  it('writes in the ledger what was presented, minted and killed, by hash only', async () => {
    const one = await client();
    const first = await one.connect();
    const second = await one.refresh(first.body.refresh_token);
    await one.refresh(first.body.refresh_token);
    const [minting] = await ledger(`client=${one.id}`);
    const entries = await ledger(`grant=${minting?.grant}&grant_type=refresh_token`);
    expect(entries).toHaveLength(2);
    expect(entries[0]).toMatchObject({
      client: one.id,
      outcome: 'granted',
      status: 200,
      presented: { kind: 'refresh_token', hash: sha256(first.body.refresh_token) },
      minted: {
        access_token: sha256(second.body.access_token),
        refresh_token: sha256(second.body.refresh_token),
      },
      killed: [{ kind: 'refresh_token', hash: sha256(first.body.refresh_token), why: 'rotated' }],
    });
    expect(entries[1]).toMatchObject({
      ...{ outcome: 'refused', reason: 'refresh token already used' },
      ...{ replay: 'reuse', rotation: 'A' },
    });
    expect(new Set(entries[1]?.killed.map(({ why }) => why))).toEqual(new Set(['replayed']));
    expect(entries[1]?.killed.map(({ hash }) => hash).sort()).toEqual(
      [first.body.access_token, second.body.access_token, second.body.refresh_token].map(sha256).sort(),
    );
    expect(await ledger(`refresh_token_hash=${sha256(first.body.refresh_token)}`)).toHaveLength(2);
    const [, ...later] = entries;
    expect(await ledger(`client=${one.id}&after=${entries[0]?.id}`)).toEqual(later);
  });

  it('knows whose a dead refresh token was', async () => {
    const one = await client();
    const { body } = await one.connect();
    await one.revoke(body.refresh_token);
    await one.refresh(body.refresh_token);
    const [minting, late] = await ledger(`client=${one.id}`);
    expect(late).toMatchObject({ outcome: 'refused', grant: minting?.grant, killed: [] });
  });

  it('kills the old access token on rotation when the persona does', async () => {
    await persona('kills', { kills_access_token_on_rotation: true });
    const one = await client({ persona: 'kills' });
    const first = await one.connect();
    const second = await one.refresh(first.body.refresh_token);
    expect(await profile(first.body.access_token)).toBe(401);
    expect(await profile(second.body.access_token)).toBe(200);
    const [entry] = await ledger(`client=${one.id}&grant_type=refresh_token`);
    expect(entry?.killed.map(({ why }) => why)).toEqual(['rotated', 'superseded']);
  });

  it('refuses the refresh token of another client without killing it', async () => {
    const [one, other] = [await client(), await client()];
    const { body } = await one.connect();
    expect((await other.refresh(body.refresh_token)).body.error).toBe('invalid_grant');
    expect((await one.refresh(body.refresh_token)).status).toBe(200);
  });
});

describe('revocation and introspection', () => {
  it('say that a live token is active, and after RFC 7009 that it is not', async () => {
    const one = await client();
    const { body } = await one.connect();
    expect(await one.introspect(body.access_token)).toMatchObject({
      active: true,
      client_id: one.id,
      scope: 'openid profile notes:write',
      aud: `${origin()}/api`,
    });
    expect((await one.revoke(body.refresh_token)).status).toBe(200);
    expect(await one.introspect(body.access_token)).toEqual({ active: false });
    expect(await one.introspect(body.refresh_token)).toEqual({ active: false });
    expect((await one.revoke(body.refresh_token)).status).toBe(200);
    const [first, second] = await ledger(`client=${one.id}&endpoint=revocation`);
    expect(first?.killed.map(({ why }) => why)).toEqual(['revoked', 'revoked']);
    expect(second?.killed).toEqual([]);
  });

  it('refuse to revoke the token of another client', async () => {
    const [one, other] = [await client(), await client()];
    const { body } = await one.connect();
    expect((await other.revoke(body.refresh_token)).status).toBe(400);
    expect(await profile(body.access_token)).toBe(200);
  });
});
