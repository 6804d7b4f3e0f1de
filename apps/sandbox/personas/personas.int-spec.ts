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

  it('refuse what they do not know yet', async () => {
    expect(await persona('b', { rotation: 'B' })).toMatchObject({ status: 422 });
    expect(await persona('a', { grace_seconds: 30 })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/grace_seconds' }] },
    });
    await expect(client({ persona: 'nobody' })).rejects.toThrow('persona');
  });
});
