import { Page } from '../../ui/page.js';

export function NewKillSwitchPage() {
  return <Page title="New">{null}</Page>;
}
