import type { ReactNode } from 'react';
import { t } from '../messages/index.js';
import { shortId } from './identifier.js';
import { utcMinute } from './moment.js';
import { IntegrationName, ProviderName, type Names } from './names.js';
import { count } from './number.js';
import { ObjectLink } from './object-link.js';
import { Facts } from './page.js';
import classes from './selector-facts.module.css';

/** A selector as it was asked for, or as it is kept: of a long list of ids only their number. */
export type AnySelector = Readonly<Record<string, unknown>>;

const words = t.selection;
const mostShown = 5;

const tagsOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).map(([key, of]) => `${key}:${String(of)}`)
    : [];

function idsOf({ connections, connection_count: kept }: AnySelector): { ids: string[]; total: number } {
  const ids = Array.isArray(connections) ? connections.map(String) : [];
  return { ids, total: typeof kept === 'number' ? kept : ids.length };
}

/** One line for lists and titles: `provider google, tag tier:gold`. */
export function selectorWords(selector: AnySelector, names: Names): string {
  const { total } = idsOf(selector);
  const parts = total > 0 ? [words.words.listed(count(total))] : [];
  for (const [name, value] of Object.entries(selector)) {
    if (name === 'connections' || name === 'connection_count') continue;
    if (name === 'tags') parts.push(...tagsOf(value).map(words.words.tag));
    else if (name === 'created_after') parts.push(words.words.after(utcMinute(String(value))));
    else if (name === 'created_before') parts.push(words.words.before(utcMinute(String(value))));
    else if (name === 'last_read_before') parts.push(words.words.unread(utcMinute(String(value))));
    else parts.push(words.words.of(labelOf(name), shortOf(name, String(value), names)));
  }
  return parts.join(', ');
}

function shortOf(name: string, value: string, names: Names): string {
  if (name === 'provider') return names.provider(value);
  return name === 'integration' ? shortId(names.integration(value)) : value;
}

const labelOf = (name: string): string =>
  name in words.members ? words.members[name as keyof typeof words.members] : words.other(name);

/** All of it, member by member; times in UTC. */
export function SelectorFacts({ selector }: { selector: AnySelector }) {
  const { ids, total } = idsOf(selector);
  const facts = Object.entries(selector).flatMap(([name, value]): [string, ReactNode][] =>
    name === 'connections' || name === 'connection_count' || value === undefined
      ? []
      : [[labelOf(name), <Value key={name} name={name} value={value} />]],
  );
  if (total === 0) return <Facts facts={facts} />;
  const listed = ids.length > 0 && ids.length <= mostShown ? <Ids ids={ids} /> : words.listed(count(total));
  return <Facts facts={[[words.members.connections, listed], ...facts]} />;
}

function Value({ name, value }: { name: string; value: unknown }) {
  if (name === 'tags') return <>{tagsOf(value).join(', ')}</>;
  if (name === 'integration') return <IntegrationName id={String(value)} />;
  if (name === 'provider') return <ProviderName id={String(value)} />;
  return <>{/_(?:after|before)$/.test(name) ? utcMinute(String(value)) : String(value)}</>;
}

function Ids({ ids }: { ids: readonly string[] }) {
  return ids.map((id) => (
    <div key={id} className={classes.listed}>
      <ObjectLink id={id} />
    </div>
  ));
}
