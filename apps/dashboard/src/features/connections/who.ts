import { t } from '../../messages/index.js';

interface Authorized {
  end_user: { id: string; email: string | null; display_name: string | null } | null;
}

/** What a person would call whose connection it is: the name, else the e-mail, else the caller’s own id. */
export function whoOf({ end_user: user }: Authorized): string {
  return user ? (user.display_name ?? user.email ?? user.id) : t.connection.application;
}

/** What else tells two of the same name apart; undefined where the name says all. */
export function besides({ end_user: user }: Authorized): string | undefined {
  if (!user) return undefined;
  const who = whoOf({ end_user: user });
  return user.email !== null && user.email !== who ? user.email : user.id === who ? undefined : user.id;
}

/** Our words for a stable code; undefined for one that is the provider’s own. */
export function reasonWords(code: string): string | undefined {
  return (t.connection.reasons as Record<string, string>)[code];
}
