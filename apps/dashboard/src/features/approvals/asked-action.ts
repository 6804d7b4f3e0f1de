import { t } from '../../messages/index.js';
import { count } from '../../ui/number.js';
import type { Approval } from './approvals.query.js';

const words = t.approvals;

/** What an approval asks for, read out of its content; `other` for an action this page does not know. */
export type AskedAction =
  | { kind: 'raise'; person: string; from: string }
  | { kind: 'invite'; email: string; until: string | undefined }
  | { kind: 'revoke'; revocation: string; targets: number; selector: Record<string, unknown> }
  | { kind: 'other'; action: string };

type Asked = Pick<Approval, 'action' | 'content' | 'subject'>;

export function askedAction({ action, content, subject }: Asked): AskedAction {
  const { person, from, email, expires_at: until, targets, selector } = content;
  if (action === 'member.role_raise' && typeof person === 'string')
    return { kind: 'raise', person, from: String(from) };
  if (action === 'member.invite_admin' && typeof email === 'string')
    return { kind: 'invite', email, until: typeof until === 'string' ? until : undefined };
  if (action === 'revocation.run' && typeof targets === 'number' && isObject(selector))
    return { kind: 'revoke', revocation: subject.id, targets, selector };
  return { kind: 'other', action };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Verb and noun. `name`: of the person it is about, where it is known. */
export function actionWords(asked: AskedAction, name?: string): string {
  switch (asked.kind) {
    case 'raise':
      return words.actions.raise(name ?? asked.person);
    case 'invite':
      return words.actions.invite(asked.email);
    case 'revoke':
      return words.actions.revoke(count(asked.targets));
    case 'other':
      return words.actions.other(asked.action);
  }
}

/** What a role is called. */
export const roleWord = (role: string): string => (t.access.roles as Record<string, string>)[role] ?? role;

/** What happens once it is approved. */
export function effectWords(asked: AskedAction, name?: string): string {
  switch (asked.kind) {
    case 'raise':
      return words.effects.raise(name ?? asked.person, roleWord(asked.from));
    case 'invite':
      return words.effects.invite;
    case 'revoke':
      return words.effects.revoke(count(asked.targets));
    case 'other':
      return words.effects.other;
  }
}
