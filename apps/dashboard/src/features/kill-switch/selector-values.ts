import type { components } from '../../api/schema.js';
import { t } from '../../messages/index.js';
import { namedConnections } from '../../ui/kill-switch-link.js';
import { hasTokenForm, looksLikeToken } from '../../ui/token-like.js';
import type { NewKillSwitchSearch } from './kill-switch.search.js';

export type Selector = components['schemas']['Selector'];
export type Kind = 'freeze' | 'revoke';

const faults = t.newKillSwitch.select.faults;
const mostIds = 10_000;

/** As the form holds it: texts, empty where nothing is asked. Times are UTC, to the second. */
export interface SelectorValues {
  kind: Kind;
  connections: string;
  end_user: string;
  integration: string;
  provider: string;
  scope: string;
  client_id: string;
  state: string;
  created_after: string;
  created_before: string;
  last_read_before: string;
  tags: string;
}

const plain = ['end_user', 'integration', 'provider', 'scope', 'client_id', 'state'] as const;
const typed = ['end_user', 'scope', 'client_id', 'tags'] as const;
const times = ['created_after', 'created_before', 'last_read_before'] as const;
const idsIn = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
const linesIn = (text: string): string[] => text.split('\n').flatMap((line) => line.trim() || []);
const keyOf = (line: string): string => line.slice(0, line.indexOf(':'));
const toField = (at: string | undefined): string =>
  at === undefined ? '' : new Date(at).toISOString().slice(0, 19);
const fromField = (text: string): string => (text.length === 16 ? `${text}:00Z` : `${text}Z`);

/** What the URL (and the history entry, for long lists of ids) asks for. */
export function valuesOf(search: NewKillSwitchSearch, listed: readonly string[] | undefined): SelectorValues {
  const ids = search.connections?.split(',') ?? (search.listed === undefined ? [] : (listed ?? []));
  return {
    kind: search.kind ?? 'revoke',
    connections: ids.join('\n'),
    ...{ end_user: search.end_user ?? '', integration: search.integration ?? '' },
    ...{ provider: search.provider ?? '', scope: search.scope ?? '', client_id: search.client_id ?? '' },
    ...{ state: search.state ?? '', tags: search.tags ?? '' },
    created_after: toField(search.created_after),
    created_before: toField(search.created_before),
    last_read_before: toField(search.last_read_before),
  };
}

/** The way back: what the next step's URL and history entry are. */
export function searchOf(values: SelectorValues): {
  search: NewKillSwitchSearch;
  state: ReturnType<typeof namedConnections>['state'];
} {
  const named = namedConnections(idsIn(values.connections));
  const search: NewKillSwitchSearch = { kind: values.kind, ...named.search };
  for (const name of plain) if (values[name].trim()) search[name] = values[name].trim();
  for (const name of times) if (values[name]) search[name] = fromField(values[name]);
  if (values.tags.trim()) search.tags = linesIn(values.tags).join('\n');
  return { search, state: named.state };
}

/** What is wrong, in words, by field. */
export function faultsOf(values: SelectorValues): Partial<Record<keyof SelectorValues, string>> {
  const found: Partial<Record<keyof SelectorValues, string>> = {};
  const ids = idsIn(values.connections);
  const oddId = ids.find((id) => !/^con_[\w-]{1,90}$/.test(id));
  if (oddId !== undefined) found.connections = faults.id(oddId.slice(0, 40));
  else if (ids.length > mostIds) found.connections = faults.ids;
  const oddTag = linesIn(values.tags).find((line) => !/^[^:]{1,40}:.{1,200}$/.test(line));
  const keys = linesIn(values.tags).map(keyOf);
  const twice = keys.find((key, at) => keys.indexOf(key) < at);
  if (oddTag !== undefined) found.tags = faults.tag(oddTag.slice(0, 40));
  // A selector holds one value of each key: with the last of them it would hit more than both.
  else if (twice !== undefined) found.tags = faults.tagTwice(twice);
  for (const name of times)
    if (values[name] && Number.isNaN(Date.parse(fromField(values[name])))) found[name] = faults.time;
  const { kind: _, ...members } = values;
  if (Object.values(members).every((text) => text.trim() === '')) found.provider = faults.nothing;
  return found;
}

/**
 * As they are typed: an end user that looks like a token is none before it is in a URL, nor is another text that is
 * one beyond doubt. What an address or a link asked for (`before`) stands: ids are the caller’s own, and stopping them
 * must not depend on how they look.
 */
export function typedFaultsOf(
  values: SelectorValues,
  before: SelectorValues,
): Partial<Record<keyof SelectorValues, string>> {
  const found = faultsOf(values);
  for (const name of typed) {
    const isToken = name === 'end_user' ? looksLikeToken : hasTokenForm;
    if (values[name] !== before[name] && isToken(values[name])) found[name] = t.form.token;
  }
  return found;
}

/** The selector of a URL; undefined where it is not all there, and must not be asked for then. */
export function selectorOf(
  search: NewKillSwitchSearch,
  listed: readonly string[] | undefined,
): Selector | undefined {
  if (search.odd !== undefined || isListLost(search, listed)) return undefined;
  const values = valuesOf(search, listed);
  if (Object.keys(faultsOf(values)).length > 0) return undefined;
  const selector: Record<string, unknown> = {};
  const ids = idsIn(values.connections);
  if (ids.length > 0) selector['connections'] = ids;
  for (const name of plain) if (values[name]) selector[name] = values[name];
  for (const name of times) if (search[name]) selector[name] = new Date(search[name]).toISOString();
  if (values.tags)
    selector['tags'] = Object.fromEntries(
      linesIn(values.tags).map((line) => [keyOf(line), line.slice(keyOf(line).length + 1)]),
    );
  return selector;
}

/** The ids stayed in the tab where they were listed: without them the rest of the selector would mean more. */
export function isListLost(
  { listed: count }: NewKillSwitchSearch,
  listed: readonly string[] | undefined,
): boolean {
  return count !== undefined && Number(count) !== (listed?.length ?? 0);
}
