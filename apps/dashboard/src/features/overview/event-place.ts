import type { LinkProps } from '@tanstack/react-router';
import type { LiveEvent } from '../../live/live-stream.js';
import type { Names } from '../../ui/names.js';

export type Place = Pick<LinkProps, 'to' | 'params' | 'search'>;

const textOf = (data: unknown, name: string): string | undefined => {
  const value = (data as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
};

/** Where to see what an event is about. */
export function placeOf({ type, subject, data }: LiveEvent): Place {
  const connection = textOf(data, 'connection') ?? (subject.startsWith('con_') ? subject : undefined);
  if (connection) return { to: '/connections/$id', params: { id: connection } };
  const integration = textOf(data, 'integration') ?? (subject.startsWith('int_') ? subject : undefined);
  if (integration) return { to: '/integrations/$id', params: { id: integration } };
  if (type.startsWith('security_event.')) return { to: '/signals' };
  const provider = textOf(data, 'provider');
  if (provider) return { to: '/connections', search: { provider } };
  const endUser = textOf(data, 'end_user');
  return { to: '/connections', search: endUser === undefined ? {} : { end_user: endUser } };
}

/** Who or what it happened to, and why: a line in small print. */
export function detailOf({ subject, data }: LiveEvent, names: Names): string {
  const who = textOf(data, 'end_user') ?? shortened(subject);
  const why = textOf(data, 'error_code') ?? textOf(data, 'reason') ?? textOf(data, 'failure_class');
  const provider = textOf(data, 'provider');
  return [who, provider && names.provider(provider), why].filter((part) => part !== undefined).join(' · ');
}

const shortened = (id: string): string => (id.length > 20 ? `${id.slice(0, 10)}…${id.slice(-6)}` : id);
