import { moment, text } from '../../ui/search-params.js';

export interface AuditSearch {
  actor?: string;
  action?: string;
  subject?: string;
  after?: string;
  before?: string;
  cursor?: string;
}

export function auditSearch(raw: Record<string, unknown>): AuditSearch {
  return {
    actor: text(raw, 'actor'),
    action: text(raw, 'action'),
    subject: text(raw, 'subject'),
    after: moment(raw, 'after'),
    before: moment(raw, 'before'),
    cursor: text(raw, 'cursor'),
  };
}
