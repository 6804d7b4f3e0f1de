export const scopes = [
  'openid',
  'offline_access',
  'profile',
  'email',
  'groups',
  'notes:read',
  'notes:write',
] as const;

/** Which claims a scope opens in ID tokens (OpenID Connect Core §5.4). */
export const claimsOfScope = {
  openid: ['sub'],
  profile: ['name', 'preferred_username'],
  email: ['email', 'email_verified'],
  groups: ['groups'],
};
