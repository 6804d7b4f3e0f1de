import { linkWish } from './link-wish.js';

const connection = {
  id: 'con_1',
  integration: 'int_1',
  end_user: { id: 'ada', email: null, display_name: 'Ada' },
  resource: ['https://api.example'],
};

describe('a connect link for a connection', () => {
  it.each(['active', 'needs_reauthorization', 'expired'] as const)('revives the one that is %s', (state) => {
    expect(linkWish({ ...connection, state })).toMatchObject({ connection: 'con_1', integration: 'int_1' });
  });

  it('asks of the same user a new one, where it was revoked', () => {
    expect(linkWish({ ...connection, state: 'revoked' })).toEqual({
      integration: 'int_1',
      end_user: { id: 'ada', display_name: 'Ada' },
      resource: ['https://api.example'],
    });
  });
});
