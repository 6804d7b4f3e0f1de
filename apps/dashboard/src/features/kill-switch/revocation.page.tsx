import { Page } from '../../ui/page.js';

export function RevocationPage() {
  return <Page title="Revocation">{null}</Page>;
}
