import { moment, oneOf, text } from '../../ui/search-params.js';

export interface AuditSearch {
  tab?: 'denied';
  actor?: string;
  action?: string;
  subject?: string;
  after?: string;
  before?: string;
  cursor?: string;
}

export function auditSearch(raw: Record<string, unknown>): AuditSearch {
  return {
    tab: oneOf(raw, 'tab', ['denied']),
    actor: text(raw, 'actor'),
    action: text(raw, 'action'),
    subject: text(raw, 'subject'),
    after: moment(raw, 'after'),
    before: moment(raw, 'before'),
    cursor: text(raw, 'cursor'),
  };
}
