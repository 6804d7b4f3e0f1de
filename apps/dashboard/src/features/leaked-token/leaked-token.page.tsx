import { Page } from '../../ui/page.js';

export function LeakedTokenPage() {
  return <Page title="Leaked token">{null}</Page>;
}
