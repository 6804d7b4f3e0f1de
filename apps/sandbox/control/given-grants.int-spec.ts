import { useSandbox } from '../testing/use-sandbox.js';
import type { GivenGrant } from './given-grants.js';

const { client, control, profile } = useSandbox();
const give = (id: string, wish: object) =>
  control<{ data: GivenGrant[] }>('POST', `/clients/${id}/grants`, wish);

describe('grants given over the control API', () => {
  it('are like those that users gave, each apart from the others', async () => {
    const one = await client();
    const { status, body } = await give(one.id, { login: 'ada', scope: 'profile offline_access', count: 3 });
    expect([status, new Set(body.data.map(({ grant }) => grant)).size]).toEqual([200, 3]);
    const [first, second] = body.data;
    expect(await one.introspect(first!.access_token)).toMatchObject({ active: true });
    expect((await one.revoke(first!.refresh_token)).status).toBe(200);
    expect(await one.introspect(first!.access_token)).toEqual({ active: false });
    const renewed = await one.refresh(second!.refresh_token);
    expect(renewed.status).toBe(200);
    expect((await one.refresh(second!.refresh_token)).body.error).toBe('invalid_grant');
    expect(await one.introspect(renewed.body.access_token)).toEqual({ active: false });
    expect(await profile(first!.access_token)).toBe(401);
  });

  it('need a client and a user', async () => {
    const one = await client();
    expect((await give('nobody', { login: 'ada' })).status).toBe(404);
    expect((await give(one.id, { login: 'nobody' })).status).toBe(404);
    expect((await give(one.id, { login: 'ada', count: 0 })).status).toBe(422);
  });
});
