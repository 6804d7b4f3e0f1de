import { Page } from '../../ui/page.js';

export function KillSwitchPage() {
  return <Page title="Kill switch">{null}</Page>;
}
