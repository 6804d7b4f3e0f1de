import { oneOf, text } from '../../ui/search-params.js';

const extents = ['connection', 'selection'] as const;
const progresses = ['open', 'ended'] as const;

export interface KillSwitchSearch {
  tab?: string;
  /** Of revocations: of one connection, or of many. */
  of?: (typeof extents)[number];
  progress?: (typeof progresses)[number];
  cursor?: string;
}

export function killSwitchSearch(raw: Record<string, unknown>): KillSwitchSearch {
  return {
    tab: text(raw, 'tab'),
    of: oneOf(raw, 'of', extents),
    progress: oneOf(raw, 'progress', progresses),
    cursor: text(raw, 'cursor'),
  };
}

/** The selector is the URL, so that a preview can be sent to a colleague. */
export interface NewKillSwitchSearch {
  step?: 'preview' | 'confirm';
  kind?: 'freeze' | 'revoke';
  /** A freeze of however many it is, because counting took too long. */
  uncounted?: boolean;
  /** Ids with commas between them. */
  connections?: string;
  /** How many ids the history entry holds, where they are too many for a URL. */
  listed?: string;
  end_user?: string;
  integration?: string;
  provider?: string;
  scope?: string;
  client_id?: string;
  state?: string;
  created_before?: string;
  created_after?: string;
  last_read_before?: string;
  /** `key:value`, one a line. */
  tags?: string;
  /** What else the address asked for. Dropping it in silence would hit more than was meant. */
  odd?: string;
}

const steps = ['preview', 'confirm'] as const;
const kinds = ['freeze', 'revoke'] as const;
const times = ['created_before', 'created_after', 'last_read_before'] as const;
const words = ['listed', 'end_user', 'integration', 'provider', 'scope', 'client_id', 'state'] as const;
const known = new Set<string>([
  ...['step', 'kind', 'uncounted', 'connections', 'tags', 'tag', 'odd', ...times, ...words],
  // Of a list that led here; they choose nothing.
  ...['sort', 'cursor'],
]);

export function newKillSwitchSearch(raw: Record<string, unknown>): NewKillSwitchSearch {
  const odd = new Set(text(raw, 'odd')?.split(','));
  for (const [name, value] of Object.entries(raw))
    if (!known.has(name) && value !== undefined && value !== '') odd.add(name);
  const read = <T>(name: string, value: T | undefined): T | undefined => {
    if (value === undefined && raw[name] !== undefined && raw[name] !== '') odd.add(name);
    return value;
  };
  const search: NewKillSwitchSearch = {
    step: oneOf(raw, 'step', steps),
    kind: oneOf(raw, 'kind', kinds),
    uncounted: raw['uncounted'] === true || undefined,
    connections: read('connections', matching(raw, 'connections', /^[\w,-]{1,7000}$/)),
    tags: read('tags', matching(raw, 'tags', /^[^:]{1,40}:[\s\S]{1,5000}$/)) ?? read('tag', text(raw, 'tag')),
  };
  for (const name of words) search[name] = read(name, text(raw, name));
  for (const name of times) search[name] = read(name, moment(raw[name]));
  return { ...search, odd: odd.size > 0 ? [...odd].join(',').slice(0, 200) : undefined };
}

function matching(raw: Record<string, unknown>, name: string, form: RegExp): string | undefined {
  const value = raw[name];
  return typeof value === 'string' && form.test(value) ? value : undefined;
}

/** A time with its zone, or a date; without a zone it would mean another moment to a colleague elsewhere. */
function moment(value: unknown): string | undefined {
  if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) return undefined;
  return /^\d{4}-\d\d-\d\d(?:T.+(?:Z|[+-]\d\d:\d\d))?$/.test(value) ? value : undefined;
}

export interface RevocationSearch {
  state?: string;
  cursor?: string;
}

export function revocationSearch(raw: Record<string, unknown>): RevocationSearch {
  return { state: text(raw, 'state'), cursor: text(raw, 'cursor') };
}
