import { t } from '../../messages/index.js';
import type { NewStream, Stream, StreamChange } from './signals.query.js';

const words = t.signals.form;

export const streamKinds = ['push', 'poll', 'transmitter', 'revocation'] as const;
export type StreamKind = (typeof streamKinds)[number];

export interface NewStreamValues {
  kind: StreamKind;
  issuer: string;
  name: string;
  management_token: string;
  managedDelivery: 'push' | 'poll';
  poll_endpoint: string;
  poll_authorization: string;
  jwks_uri: string;
  jwks: string;
  audience: string;
}

export const noStream: NewStreamValues = {
  kind: 'push',
  issuer: '',
  name: '',
  management_token: '',
  managedDelivery: 'push',
  poll_endpoint: '',
  poll_authorization: '',
  jwks_uri: '',
  jwks: '',
  audience: '',
};

type Faults<V> = Partial<Record<keyof V & string, string>>;

export function checkNewStream(values: NewStreamValues): Faults<NewStreamValues> {
  const faults: Faults<NewStreamValues> = {};
  const required = t.form.required;
  if (values.issuer.trim() === '') faults.issuer = required;
  if (values.kind === 'transmitter' && values.management_token.trim() === '')
    faults.management_token = required;
  if (values.kind === 'poll' && values.poll_endpoint.trim() === '') faults.poll_endpoint = required;
  if (values.jwks.trim() !== '' && !keySetOf(values.jwks)) faults.jwks = words.jwksBad;
  return faults;
}

/** Only what belongs to the chosen way, whatever was typed before it was chosen. */
export function newStreamOf(values: NewStreamValues): NewStream {
  const given = (text: string): string | undefined => text.trim() || undefined;
  const isManaged = values.kind === 'transmitter';
  const audience = linesOf(values.audience);
  return {
    issuer: values.issuer.trim(),
    delivery: isManaged ? values.managedDelivery : values.kind === 'poll' ? 'poll' : 'push',
    ...optional({
      name: given(values.name),
      jwks_uri: given(values.jwks_uri),
      jwks: values.jwks.trim() === '' ? undefined : keySetOf(values.jwks),
      audience: audience.length > 0 ? audience : undefined,
      management_token: isManaged ? given(values.management_token) : undefined,
      poll_endpoint: values.kind === 'poll' ? given(values.poll_endpoint) : undefined,
      poll_authorization: values.kind === 'poll' ? given(values.poll_authorization) : undefined,
    }),
  };
}

function keySetOf(text: string): NewStream['jwks'] {
  try {
    const parsed: unknown = JSON.parse(text);
    const isSet =
      typeof parsed === 'object' && parsed !== null && 'keys' in parsed && Array.isArray(parsed.keys);
    return isSet ? (parsed as NewStream['jwks']) : undefined;
  } catch {
    return undefined;
  }
}

export interface SettingsValues {
  name: string;
  audience: string;
  events: string;
  jwks_uri: string;
  poll_endpoint: string;
  poll_authorization: string;
}

export function settingsOf(stream: Stream): SettingsValues {
  return {
    name: stream.name,
    audience: stream.audience.join('\n'),
    events: stream.events?.join('\n') ?? '',
    jwks_uri: stream.jwks_uri ?? '',
    poll_endpoint: stream.poll_endpoint ?? '',
    poll_authorization: '',
  };
}

export function checkSettings({ name, audience }: SettingsValues): Faults<SettingsValues> {
  return {
    ...(name.trim() === '' && { name: t.form.required }),
    ...(linesOf(audience).length === 0 && { audience: words.audienceNeeded }),
  };
}

/** What differs, and nothing else: a secret that was not typed stays. */
export function changeOf(before: Stream, values: SettingsValues): StreamChange {
  const was = settingsOf(before);
  const differs = (name: keyof SettingsValues): boolean => values[name].trim() !== was[name].trim();
  const events = linesOf(values.events);
  return optional({
    name: differs('name') ? values.name.trim() : undefined,
    audience: differs('audience') ? linesOf(values.audience) : undefined,
    events: differs('events') ? (events.length > 0 ? events : null) : undefined,
    jwks_uri: differs('jwks_uri') ? values.jwks_uri.trim() || null : undefined,
    poll_endpoint: differs('poll_endpoint') ? values.poll_endpoint.trim() : undefined,
    poll_authorization: values.poll_authorization.trim() || undefined,
  });
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function optional<T extends object>(all: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as never;
}
