import type { Integration } from '../../api/integrations.query.js';
import type { IntegrationChange } from './integrations.query.js';
import { discoveredSettings, type ProviderField } from './provider-fields.js';

type AuthMethod = NonNullable<IntegrationChange['token_endpoint_auth_method']>;
export type SettingName = `setting:${string}`;

/** An integration as its form has it: provider’s fields flat, the rest of the settings as JSON. */
export interface IntegrationValues {
  name: string;
  client_id: string;
  /** Write only: never filled in, sent where something was typed. */
  client_secret: string;
  token_endpoint_auth_method: string;
  scopes: string[];
  refresh_policy: 'ahead' | 'on_demand';
  return_urls: string[];
  confirmation: boolean;
  concurrency: number | '';
  requests_per_second: number | '';
  other: string;
  [setting: SettingName]: string;
}

export function valuesOf(integration: Integration, fields: readonly ProviderField[]): IntegrationValues {
  const { limits, settings } = integration;
  const listed = new Set(fields.map(({ name }) => name));
  const other = Object.entries(settings).filter(([name]) => !listed.has(name));
  const values: IntegrationValues = {
    name: integration.name,
    client_id: integration.client_id ?? '',
    client_secret: '',
    token_endpoint_auth_method: integration.token_endpoint_auth_method,
    scopes: integration.scopes,
    refresh_policy: integration.refresh_policy,
    return_urls: integration.return_urls,
    confirmation: integration.confirmation,
    concurrency: limits.concurrency ?? '',
    requests_per_second: limits.requests_per_second ?? '',
    other: other.length > 0 ? JSON.stringify(Object.fromEntries(other), null, 2) : '',
  };
  for (const name of listed) values[`setting:${name}`] = textOf(settings[name]);
  return values;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What of the values differs from what is there: that alone is sent, so that nothing else is touched. */
export function changeOf(
  base: Integration,
  values: IntegrationValues,
  fields: readonly ProviderField[],
): IntegrationChange {
  const wish: IntegrationChange = {
    name: values.name.trim(),
    ...(values.client_id.trim() && { client_id: values.client_id.trim() }),
    ...(values.client_secret && { client_secret: values.client_secret }),
    token_endpoint_auth_method: values.token_endpoint_auth_method as AuthMethod,
    scopes: values.scopes,
    refresh_policy: values.refresh_policy,
    return_urls: values.return_urls,
    confirmation: values.confirmation,
    limits: {
      ...(values.concurrency !== '' && { concurrency: values.concurrency }),
      ...(values.requests_per_second !== '' && { requests_per_second: values.requests_per_second }),
    },
    settings: settingsOf(base, values, fields),
  };
  const known = base as unknown as Record<string, unknown>;
  const changed = Object.entries(wish).filter(([name, value]) => !isSame(value, known[name]));
  return Object.fromEntries(changed);
}

/** Another issuer has other endpoints: what the old one’s metadata said is left out, to be asked for again. */
function settingsOf(
  base: Integration,
  values: IntegrationValues,
  fields: readonly ProviderField[],
): Record<string, unknown> {
  const settings: Record<string, unknown> = { ...parsedObject(values.other) };
  for (const { name } of fields) {
    const text = (values[`setting:${name}`] ?? '').trim();
    if (text) settings[name] = text;
  }
  const hadIssuer = base.settings.issuer !== undefined;
  if (hadIssuer && settings.issuer !== undefined && settings.issuer !== base.settings.issuer) {
    for (const name of discoveredSettings)
      if (isSame(settings[name], base.settings[name])) delete settings[name];
  }
  return settings;
}

/** An object’s JSON; nothing written is an empty one. Undefined where it is neither. */
export function parsedObject(json: string): Record<string, unknown> | undefined {
  if (json.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(json);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, sorted(each)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => a.localeCompare(b)));
}

/** The field that a problem’s pointer is about. */
export function fieldOf(
  pointer: string,
  fields: readonly ProviderField[],
): keyof IntegrationValues | undefined {
  const [, first = '', second = ''] = pointer.split('/');
  if (first === 'settings') return fields.some(({ name }) => name === second) ? `setting:${second}` : 'other';
  if (first === 'limits' && (second === 'concurrency' || second === 'requests_per_second')) return second;
  return undefined;
}
