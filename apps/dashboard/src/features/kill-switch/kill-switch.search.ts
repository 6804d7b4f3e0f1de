import { moment, text } from '../../ui/search-params.js';

export interface KillSwitchSearch {
  tab?: string;
  cursor?: string;
}

export function killSwitchSearch(raw: Record<string, unknown>): KillSwitchSearch {
  return { tab: text(raw, 'tab'), cursor: text(raw, 'cursor') };
}

/** The selector is the URL, so that a preview can be sent to a colleague. */
export interface NewKillSwitchSearch {
  step?: string;
  kind?: string;
  connections?: string;
  end_user?: string;
  integration?: string;
  provider?: string;
  scope?: string;
  client_id?: string;
  created_before?: string;
  created_after?: string;
  last_read_before?: string;
  tags?: string;
}

export function newKillSwitchSearch(raw: Record<string, unknown>): NewKillSwitchSearch {
  return {
    step: text(raw, 'step'),
    kind: text(raw, 'kind'),
    connections: connectionIds(raw),
    end_user: text(raw, 'end_user'),
    integration: text(raw, 'integration'),
    provider: text(raw, 'provider'),
    scope: text(raw, 'scope'),
    client_id: text(raw, 'client_id'),
    created_before: moment(raw, 'created_before'),
    created_after: moment(raw, 'created_after'),
    last_read_before: moment(raw, 'last_read_before'),
    tags: text(raw, 'tags'),
  };
}

/** Ids with commas between them; many of them make a long URL, still under 8 KB for a page of 200. */
function connectionIds({ connections }: Record<string, unknown>): string | undefined {
  return typeof connections === 'string' && /^[\w,-]{1,7000}$/.test(connections) ? connections : undefined;
}

export interface RevocationSearch {
  state?: string;
  cursor?: string;
}

export function revocationSearch(raw: Record<string, unknown>): RevocationSearch {
  return { state: text(raw, 'state'), cursor: text(raw, 'cursor') };
}
