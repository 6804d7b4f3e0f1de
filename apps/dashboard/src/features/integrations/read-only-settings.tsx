import type { Integration } from '../../api/integrations.query.js';
import { t } from '../../messages/index.js';
import { Facts } from '../../ui/page.js';
import { methodWords } from './integration.fields.js';

const words = t.integrations.form;

/** For who may look and not change. */
export function ReadOnlySettings({ integration }: { integration: Integration }) {
  const { settings } = integration;
  const list = (items: readonly string[]) => (items.length > 0 ? items.join(', ') : words.nothing);
  const own = Object.entries(settings).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  return (
    <Facts
      facts={[
        [words.clientId, integration.client_id ?? words.nothing],
        [words.method, methodWords(integration.token_endpoint_auth_method)],
        ...own,
        [words.scopes, list(integration.scopes)],
        [words.returnUrls, list(integration.return_urls)],
        [t.integrations.detail.confirmation, integration.confirmation ? words.on : words.off],
        [words.policy, t.integrations.policies[integration.refresh_policy]],
      ]}
    />
  );
}
