import { t } from '../../messages/index.js';
import { methodWords } from './integration.fields.js';
import type { IntegrationValues } from './integration-values.js';
import type { ProviderField } from './provider-fields.js';

const words = t.integrations.form;

/** What each value is called where theirs stands beside mine. */
export function namesOf(fields: readonly ProviderField[]): Record<keyof IntegrationValues, string> {
  const names = {
    name: words.name,
    client_id: words.clientId,
    client_secret: words.clientSecret,
    token_endpoint_auth_method: words.method,
    scopes: words.scopes,
    return_urls: words.returnUrls,
    confirmation: words.confirmation,
    refresh_policy: words.policy,
    concurrency: words.concurrency,
    requests_per_second: words.perSecond,
    other: words.other,
  };
  const own = Object.fromEntries(fields.map(({ name, label }) => [`setting:${name}`, label]));
  return { ...names, ...own };
}

/** A value as it reads beside another; a secret that was typed is not shown. */
export function shownValue(name: keyof IntegrationValues, values: IntegrationValues): string {
  const value = values[name];
  if (name === 'client_secret') return value ? words.secretTyped : words.nothing;
  if (name === 'token_endpoint_auth_method') return methodWords(String(value));
  if (name === 'refresh_policy') return t.integrations.policies[values.refresh_policy];
  if (typeof value === 'boolean') return value ? words.on : words.off;
  const text = Array.isArray(value) ? value.join(', ') : String(value ?? '');
  return text === '' ? words.nothing : text;
}
