import { setTimeout as pause } from 'node:timers/promises';
import { decodeJwt, jwtVerify } from 'jose';
import { ScriptedBrowser } from '../testing/scripted-browser.js';
import { useSandbox } from '../testing/use-sandbox.js';

const { client, control, api, jwks, origin } = useSandbox();
const scope = 'openid profile email groups';

beforeAll(async () => {
  const user = { password: 'hopper', name: 'Grace', email: 'grace@company.example' };
  await control('PUT', '/users/grace', { ...user, groups: ['admins', 'navy'] });
});

const grace = { login: 'grace', password: 'hopper' };

describe('a sign-in', () => {
  it('tells name, email and groups in the ID token and in UserInfo', async () => {
    const one = await client();
    const { body } = await one.connect({ ...grace, parameters: { scope } });
    const { payload } = await jwtVerify(body.id_token, await jwks(), { issuer: origin(), audience: one.id });
    const told = {
      name: 'Grace',
      preferred_username: 'grace',
      email: 'grace@company.example',
      email_verified: true,
      groups: ['admins', 'navy'],
    };
    expect(payload).toMatchObject(told);
    expect(await (await api('/userinfo', body.access_token)).json()).toEqual({ sub: payload.sub, ...told });
  });

  it('tells no groups without their scope', async () => {
    const { body } = await (await client()).connect({ ...grace, parameters: { scope: 'openid profile' } });
    expect(decodeJwt(body.id_token)).not.toHaveProperty('groups');
    expect(await (await api('/userinfo', body.access_token)).json()).not.toHaveProperty('groups');
  });

  it('tells the groups as they are now, and an empty list of a user in none', async () => {
    await control('PUT', '/users/lin', { password: 'lin-lin', groups: ['admins'] });
    const lin = { login: 'lin', password: 'lin-lin', parameters: { scope } };
    expect(decodeJwt((await (await client()).connect(lin)).body.id_token)['groups']).toEqual(['admins']);
    expect((await control('PUT', '/users/lin', { password: 'lin-lin', groups: [] })).body).toMatchObject({
      groups: [],
    });
    expect(decodeJwt((await (await client()).connect(lin)).body.id_token)['groups']).toEqual([]);
  });

  it('asks for the password again when max_age has passed, and only then; auth_time is new', async () => {
    const one = await client();
    const browser = new ScriptedBrowser(origin());
    const signIn = async (max_age: string) => {
      const { pages, told, verifier } = await one.authorize({ browser, parameters: { max_age } });
      const { body } = await one.exchange(told.get('code') ?? '', verifier);
      return { asked: pages.includes('login'), at: Number(decodeJwt(body.id_token)['auth_time']) };
    };
    const first = await signIn('600');
    expect(first.at).toBeGreaterThan(Date.now() / 1000 - 10);
    await pause(2_100);
    expect(await signIn('600')).toEqual({ asked: false, at: first.at });
    const again = await signIn('1');
    expect(again.asked).toBe(true);
    expect(again.at).toBeGreaterThan(first.at + 1);
  });

  it('asks for the password again on prompt=login; auth_time is new', async () => {
    const one = await client();
    const browser = new ScriptedBrowser(origin());
    const first = await one.connect({ browser, parameters: { max_age: '600' } });
    await pause(1_100);
    const forced = await one.authorize({ browser, parameters: { max_age: '600', prompt: 'login' } });
    expect(forced.pages).toEqual(['login']);
    const again = await one.exchange(forced.told.get('code') ?? '', forced.verifier);
    const [before, after] = [first, again].map(({ body }) => Number(decodeJwt(body.id_token)['auth_time']));
    expect(after).toBeGreaterThan(before ?? Infinity);
  });
});
