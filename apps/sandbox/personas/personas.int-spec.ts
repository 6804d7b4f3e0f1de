import { jwtVerify } from 'jose';
import { useSandbox } from '../testing/use-sandbox.js';

const { client, api, profile, ledger, jwks, persona, control, origin } = useSandbox();

describe('personas', () => {
  it('keep the same refresh token when they do not rotate', async () => {
    const one = await client({ persona: 'no-rotation' });
    const { body } = await one.connect();
    const answers = await Promise.all([one.refresh(body.refresh_token), one.refresh(body.refresh_token)]);
    expect(answers.map((answer) => answer.body.refresh_token)).toEqual([
      body.refresh_token,
      body.refresh_token,
    ]);
    expect(await profile(body.access_token)).toBe(200);
    expect(
      (await ledger(`client=${one.id}&grant_type=refresh_token`))[0]?.minted.refresh_token,
    ).toBeUndefined();
  });

  it('say how long tokens live, and are changed while in use', async () => {
    await persona('brief', { access_token_ttl_seconds: 1, refresh_token_ttl_seconds: 2 });
    const one = await client({ persona: 'brief' });
    const { body } = await one.connect();
    expect(body['expires_in']).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const refused = await api('/api/profile', body.access_token);
    expect(refused.headers.get('www-authenticate')).toContain('expired');
    expect((await one.refresh(body.refresh_token)).body.error).toBe('invalid_grant');
    await control('PUT', `/clients/${one.id}`, { persona: 'short-lived' });
    expect((await one.connect()).body['expires_in']).toBe(20);
  });

  it('hand out RS256 at+jwt that live until they expire, whatever is revoked', async () => {
    const one = await client({ persona: 'jwt' });
    const { body } = await one.connect();
    const { payload, protectedHeader } = await jwtVerify(body.access_token, await jwks(), {
      issuer: origin(),
      audience: `${origin()}/api`,
    });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'at+jwt' });
    expect(payload).toMatchObject({ client_id: one.id, scope: 'openid profile notes:write' });
    expect((await one.revoke(body.access_token)).body.error).toBe('unsupported_token_type');
    expect((await one.introspect(body.access_token))['error']).toBe('unsupported_token_type');
    await one.revoke(body.refresh_token);
    expect(await profile(body.access_token)).toBe(200);
    expect((await one.refresh(body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('may have no revocation', async () => {
    await persona('no-revocation', { revocation: false });
    const one = await client({ persona: 'no-revocation' });
    const { body } = await one.connect();
    expect(await one.revoke(body.access_token)).toMatchObject({
      status: 400,
      body: { error: 'unsupported_token_type' },
    });
    expect(await profile(body.access_token)).toBe(200);
  });

  it('word token answers by their quirks', async () => {
    const quirks = { expires_in_as_string: true, omit_token_type: true, omit_refresh_token_on_refresh: true };
    await persona('quirky', { rotation: 'none', quirks });
    const one = await client({ persona: 'quirky' });
    const { body } = await one.connect();
    expect(body['expires_in']).toBe('3600');
    expect(body).not.toHaveProperty('token_type');
    const refreshed = await one.refresh(body.refresh_token);
    expect(refreshed.body).not.toHaveProperty('refresh_token');
    expect(refreshed.body).toHaveProperty('access_token');
  });

  it('may ask for offline_access before they hand out a refresh token', async () => {
    await persona('opt-in', { quirks: { offline_access_required: true } });
    const one = await client({ persona: 'opt-in' });
    expect((await one.connect()).body).not.toHaveProperty('refresh_token');
    const parameters = { scope: 'openid profile offline_access', prompt: 'consent' };
    expect((await one.connect({ parameters })).body).toHaveProperty('refresh_token');
  });

  it('are refused, with a pointer, when they make no sense', async () => {
    const nonsense: [document: object, pointer: string][] = [
      [{ rotation: 'F' }, '/rotation'],
      [{ grace_seconds: -1 }, '/grace_seconds'],
      [{ rotation: 'B', grace_seconds: 1.5 }, '/grace_seconds'],
      [{ rotation: 'B', grace_seconds: 86_401 }, '/grace_seconds'],
      ...['none', 'A', 'E'].map((rotation): [object, string] => [
        { rotation, grace_seconds: 30 },
        '/grace_seconds',
      ]),
      ...['B', 'C', 'D'].map((rotation): [object, string] => [{ rotation }, '/grace_seconds']),
      [{ rotation: 'none', kills_access_token_on_rotation: true }, '/kills_access_token_on_rotation'],
      [{ access_token_ttl_seconds: 0 }, '/access_token_ttl_seconds'],
      [{ dual_tokens: 'yes' }, '/dual_tokens'],
      [{ quirks: { omit_scope: 1 } }, '/quirks/omit_scope'],
    ];
    for (const [document, pointer] of nonsense) {
      expect(await persona('nonsense', document)).toMatchObject({
        status: 422,
        body: { errors: [{ pointer }] },
      });
    }
    expect((await control('GET', '/personas/nonsense')).status).toBe(404);
    await expect(client({ persona: 'nobody' })).rejects.toThrow('persona');
  });

  it('stand ready for every mode', async () => {
    const { body } = await control<{ data: { id: string }[] }>('GET', '/personas');
    expect(body.data).toEqual(
      expect.arrayContaining([
        ...['b', 'c', 'd'].map((mode) =>
          expect.objectContaining({
            id: `rotation-${mode}`,
            rotation: mode.toUpperCase(),
            grace_seconds: 30,
          }),
        ),
        expect.objectContaining({ id: 'rotation-e', rotation: 'E', grace_seconds: 0 }),
        expect.objectContaining({ id: 'strict', rotation: 'A', kills_access_token_on_rotation: true }),
        expect.objectContaining({ id: 'dual', dual_tokens: true }),
      ]),
    );
  });
});
