import { sha256, useSandbox } from '../testing/use-sandbox.js';

const { client, api, ledger, persona, profile } = useSandbox();

async function connected(metadata: Record<string, unknown> = {}) {
  const one = await client(metadata);
  return { one, tokens: (await one.connect()).body };
}

const revokeInPath = (token: string) =>
  api(`/revoke/${encodeURIComponent(token)}`, undefined, { method: 'DELETE' });
const revokeAsBearer = (token: string) => api('/revoke-bearer', token, { method: 'POST' });

describe('a revocation in a shape of its own', () => {
  it('takes the refresh token in the path, and its grant dies', async () => {
    const { tokens } = await connected();
    expect((await revokeInPath(tokens.refresh_token)).status).toBe(200);
    expect(await profile(tokens.access_token)).toBe(401);
    expect((await revokeInPath(tokens.refresh_token)).status).toBe(404);
    const [first] = await ledger(`endpoint=revocation&refresh_token_hash=${sha256(tokens.refresh_token)}`);
    expect(first).toMatchObject({ outcome: 'granted', presented: { hash: sha256(tokens.refresh_token) } });
  });

  it('takes the access token as its own bearer, and its grant dies', async () => {
    const { one, tokens } = await connected();
    expect((await revokeAsBearer(tokens.access_token)).status).toBe(200);
    expect((await one.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
    expect((await revokeAsBearer(tokens.access_token)).status).toBe(401);
  });
});

describe('a persona that ignores revocation', () => {
  it('says that it revoked, whatever the shape, and everything lives on', async () => {
    await persona('deaf', { rotation: 'none', ignores_revocation: true });
    const { one, tokens } = await connected({ persona: 'deaf' });
    const answers = [
      (await one.revoke(tokens.refresh_token)).status,
      (await revokeInPath(tokens.refresh_token)).status,
      (await revokeAsBearer(tokens.access_token)).status,
    ];
    expect(answers).toEqual([200, 200, 200]);
    expect(await profile(tokens.access_token)).toBe(200);
    expect((await one.refresh(tokens.refresh_token)).status).toBe(200);
  });
});
