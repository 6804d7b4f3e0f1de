import { sha256, useSandbox } from '../testing/use-sandbox.js';

const { client, profile, ledger, control, persona } = useSandbox();

interface Pair {
  id: string;
  access_token: string;
  refresh_token: string;
  expires_in: number;
  scope: string;
  token_type: string;
}

async function connected(personaId = 'dual') {
  const one = await client({ persona: personaId });
  const { body } = await one.connect();
  return { one, body, bot: body, user: body['authed_user'] as Pair };
}

describe('dual tokens', () => {
  it('are two real pairs in one answer, the second without openid', async () => {
    const { bot, user } = await connected();
    expect(user).toEqual({
      id: expect.any(String),
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      expires_in: 3600,
      scope: 'profile notes:write',
      token_type: 'Bearer',
    });
    expect(new Set([bot, user].flatMap((pair) => [pair.access_token, pair.refresh_token])).size).toBe(4);
    expect(await profile(bot.access_token)).toBe(200);
    expect(await profile(user.access_token)).toBe(200);
  });

  it('are refreshed each on its own, and answered at the top', async () => {
    const { one, bot, user } = await connected();
    const refreshed = await one.refresh(user.refresh_token);
    expect(refreshed).toMatchObject({ status: 200, body: { scope: 'profile notes:write' } });
    expect(refreshed.body).not.toHaveProperty('authed_user');
    expect(refreshed.body).not.toHaveProperty('id_token');
    expect((await one.refresh(bot.refresh_token)).status).toBe(200);
    expect((await one.refresh(refreshed.body.refresh_token)).status).toBe(200);
  });

  it('are two families: a replay of one leaves the other alive', async () => {
    const { one, bot, user } = await connected();
    await one.refresh(user.refresh_token);
    expect((await one.refresh(user.refresh_token)).body.error).toBe('invalid_grant');
    expect(await profile(user.access_token)).toBe(401);
    expect(await profile(bot.access_token)).toBe(200);
    expect((await one.refresh(bot.refresh_token)).status).toBe(200);
  });

  it('appear in the ledger and among the grants, each with the other', async () => {
    const { one, bot, user } = await connected();
    const [minting] = await ledger(`client=${one.id}`);
    const second = minting?.minted.authed_user;
    expect(second).toMatchObject({
      access_token: sha256(user.access_token),
      refresh_token: sha256(user.refresh_token),
    });
    expect(minting?.minted.refresh_token).toBe(sha256(bot.refresh_token));
    await one.refresh(user.refresh_token);
    expect(await ledger(`grant=${second?.grant}`)).toMatchObject([
      { presented: { hash: sha256(user.refresh_token) }, grant: second?.grant },
    ]);
    type Listed = { data: { id: string; slot: string; paired_with: string | null }[] };
    const { body } = await control<Listed>('GET', `/grants?client=${one.id}`);
    expect(body.data).toHaveLength(2);
    expect(body.data).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: minting?.grant, slot: 'bot', paired_with: second?.grant }),
        expect.objectContaining({ id: second?.grant, slot: 'user', paired_with: minting?.grant }),
      ]),
    );
  });

  it('die together when the user leaves', async () => {
    const { one, bot, user } = await connected();
    const [minting] = await ledger(`client=${one.id}`);
    const left = await control<{ killed: unknown[] }>('POST', `/grants/${minting?.grant}/revoke`);
    expect(left.body.killed).toHaveLength(4);
    for (const pair of [bot, user]) {
      expect(await profile(pair.access_token)).toBe(401);
      expect((await one.refresh(pair.refresh_token)).body.error).toBe('invalid_grant');
    }
  });

  it('follow rotation, format and quirks of their persona', async () => {
    await persona('dual-odd', {
      ...{ dual_tokens: true, rotation: 'C', grace_seconds: 30, access_token_format: 'jwt' },
      quirks: { expires_in_as_string: true },
    });
    const { one, user } = await connected('dual-odd');
    expect(user.expires_in).toBe('3600');
    expect(user.access_token.split('.')).toHaveLength(3);
    expect(await profile(user.access_token)).toBe(200);
    const first = await one.refresh(user.refresh_token);
    expect((await one.refresh(user.refresh_token)).body).toEqual(first.body);
  });
});
