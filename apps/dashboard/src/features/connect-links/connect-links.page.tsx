import { Page } from '../../ui/page.js';

export function ConnectLinksPage() {
  return <Page title="Connect links">{null}</Page>;
}
