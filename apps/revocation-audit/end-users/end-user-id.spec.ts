import { endUserIdSchema } from './end-user-id.js';

const base64url = (text: string) => `~${Buffer.from(text).toString('base64url')}`;

describe('the id of an end user in a path', () => {
  it.each(['user-1', 'auth0|5f7c', 'ada@example.com', 'ünï', 'a b', 'x'.repeat(255)])('may be %s', (id) => {
    expect(endUserIdSchema.parse(id)).toBe(id);
  });

  it.each(['a/b', '../admin', 'a\\b', '~tilde', '50%', 'https://issuer.example/users/1', '..'])(
    'may be %s in base64url',
    (id) => {
      expect(endUserIdSchema.parse(base64url(id))).toBe(id);
    },
  );

  it.each([
    '',
    '~',
    '~=',
    '~YQ==',
    '~YR',
    '~_w',
    base64url('a\nb'),
    'a\u0000b',
    'x'.repeat(256),
    base64url('x'.repeat(256)),
  ])('is not %j', (given) => {
    expect(endUserIdSchema.safeParse(given).success).toBe(false);
  });
});
