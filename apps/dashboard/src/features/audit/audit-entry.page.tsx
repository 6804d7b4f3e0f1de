import { Page } from '../../ui/page.js';

export function AuditEntryPage() {
  return <Page title="Entry">{null}</Page>;
}
