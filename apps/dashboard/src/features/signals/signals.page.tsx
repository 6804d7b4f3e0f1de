import { Page } from '../../ui/page.js';

export function SignalsPage() {
  return <Page title="Signals">{null}</Page>;
}
