import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** What exactly an approval is for. */
export interface ApprovalPurpose {
  /** e.g. `member.role_raise` */
  action: string;
  subject: { type: string; id: string };
  content: Record<string, unknown>;
}

/** Binds an approval to its content: SHA-256 over the RFC 8785 JSON of workspace, action, subject and content. */
export function approvalHash(workspace: string, { action, subject, content }: ApprovalPurpose): string {
  const { type, id } = subject;
  const whole = plain({ workspace, action, subject: { type, id }, content });
  const digest = createHash('sha256').update(canonicalize(whole) ?? '');
  return `sha256:${digest.digest('base64url')}`;
}

/** As it comes back out of the database: without absent members. */
function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
