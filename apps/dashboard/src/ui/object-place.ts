/** Which page shows a thing, in the form that a link takes. */
export type Place =
  | {
      to: '/connections/$id' | '/integrations/$id' | '/kill-switch/$id' | '/approvals/$id' | '/audit/$id';
      params: { id: string };
    }
  | { to: '/signals/$id'; params: { id: string } }
  | { to: '/connections'; search: { end_user: string } }
  | { to: '/signals'; search: { tab: 'subscribers' } }
  | { to: '/api-keys'; search: { tab?: 'workloads'; open: string } }
  | { to: '/connect-links'; search: { link: string } }
  | { to: '/jobs'; search: { tab: 'incidents' | 'engine' } }
  | { to: '/members' | '/leaked-token' | '/settings' };

/** Kind of a thing by the prefix of its id; what has no page of its own is named all the same. */
export const kinds: Readonly<Record<string, string>> = {
  apr: 'approval',
  att: 'attempt',
  aud: 'audit_entry',
  aut: 'authorization',
  con: 'connection',
  cse: 'connect_session',
  eur: 'removal',
  evt: 'event',
  frz: 'freeze',
  inc: 'incident',
  int: 'integration',
  inv: 'invitation',
  key: 'api_key',
  lkr: 'leak_report',
  req: 'request',
  rev: 'revocation',
  rpk: 'report_key',
  rpr: 'reaper_run',
  rst: 'restore',
  rvi: 'revocation_item',
  sec: 'integration_secret',
  ses: 'session',
  sev: 'security_event',
  slt: 'slot',
  ssb: 'security_event_subscriber',
  sst: 'security_event_stream',
  svw: 'saved_view',
  usr: 'person',
  wid: 'workload_identity',
  wsp: 'workspace',
};

/** What an id names, if it is one of ours. */
export function kindOf(id: string): string | undefined {
  const [, prefix] = /^([a-z]{3})_[0-9a-z]{8,}$/.exec(id) ?? [];
  return prefix === undefined ? undefined : kinds[prefix];
}

const own: Readonly<Record<string, (id: string) => Place>> = {
  connection: (id) => ({ to: '/connections/$id', params: { id } }),
  integration: (id) => ({ to: '/integrations/$id', params: { id } }),
  revocation: (id) => ({ to: '/kill-switch/$id', params: { id } }),
  freeze: (id) => ({ to: '/kill-switch/$id', params: { id } }),
  approval: (id) => ({ to: '/approvals/$id', params: { id } }),
  audit_entry: (id) => ({ to: '/audit/$id', params: { id } }),
  security_event_stream: (id) => ({ to: '/signals/$id', params: { id } }),
  security_event_subscriber: () => ({ to: '/signals', search: { tab: 'subscribers' } }),
  end_user: (id) => ({ to: '/connections', search: { end_user: id } }),
  api_key: (id) => ({ to: '/api-keys', search: { open: id } }),
  workload_identity: (id) => ({ to: '/api-keys', search: { tab: 'workloads', open: id } }),
  person: () => ({ to: '/members' }),
  user: () => ({ to: '/members' }),
  member: () => ({ to: '/members' }),
  invitation: () => ({ to: '/members' }),
  connect_session: (id) => ({ to: '/connect-links', search: { link: id } }),
  leak_report: () => ({ to: '/leaked-token' }),
  incident: () => ({ to: '/jobs', search: { tab: 'incidents' } }),
  refresh_worker: () => ({ to: '/jobs', search: { tab: 'engine' } }),
  workspace: () => ({ to: '/settings' }),
};

/** `kind` where it is known (an end user's id is the caller's own), else by the id. */
export function placeOf(id: string, kind = kindOf(id)): Place | undefined {
  return kind === undefined || !Object.hasOwn(own, kind) ? undefined : own[kind]!(id);
}
