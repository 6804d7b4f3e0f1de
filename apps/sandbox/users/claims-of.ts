import type { User } from './users.js';

/** The OpenID claims about a user (OpenID Connect Core §5.1), and the groups, which company identity providers tell. */
export const claimsOf = (user: User) => ({
  sub: user.sub,
  name: user.name,
  preferred_username: user.login,
  email: user.email,
  email_verified: true,
  groups: user.groups,
});
