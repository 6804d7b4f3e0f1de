import { connectionStates } from '#oauth';
import { troubleKinds } from '#storage';

export interface DashboardQuery {
  title: string;
  /** Below /admin/api/. */
  path: string;
  /** A dry run counts exactly what would be done: no list, and no page waits for it. */
  isDryRun: boolean;
}

const overview = ['states', 'renewals', 'providers', 'due', 'reconsent', 'incidents', 'lag'];
/** Each state, each filter and each order of the list by itself, and together what people put together. */
const connectionFilters = [
  '',
  ...connectionStates.map((state) => `state=${state}`),
  'state=needs_reauthorization,degraded',
  'provider=google&state=active',
  'provider=sandbox&state=needs_reauthorization',
  'end_user=user-4711',
  'email=ada.lovelace.4711@example.com',
  'scope=write',
  'tag=plan:enterprise',
  'q=ada',
  'q=user-47',
  'state=active&q=grace',
  'created_after={hoursAgo:24}',
  'expires_before={hoursAgo:-1}',
  'state=active&expires_before={hoursAgo:0}',
  'reauthorize_before={hoursAgo:-24}',
  'last_read_before={hoursAgo:720}',
  'last_read_after={hoursAgo:1}&provider=github',
];
const connectionSorts = [
  'sort=created_at',
  'sort=expires_at',
  'sort=-expires_at',
  'sort=reauthorize_by',
  'sort=reauthorize_by&provider=microsoft',
  'sort=last_read_at',
  'sort=-last_read_at',
  'sort=expires_at&state=active',
  'sort=expires_at&state=degraded',
  'sort=-last_read_at&provider=slack',
  'sort=last_read_at&state=active&provider=google',
  'sort=-last_read_at&tag=plan:enterprise',
];
/** Where a bar of the overview leads. */
const overviewClicks = [
  ['state=active,degraded&expires_after={hoursAgo:-1}&expires_before={hoursAgo:-2}', 'sort=expires_at'],
  ['state=active,degraded&expires_before={hoursAgo:0}', 'sort=expires_at'],
  [
    'state=active,degraded&reauthorize_after={hoursAgo:-24}&reauthorize_before={hoursAgo:-48}',
    'sort=reauthorize_by',
  ],
  ['provider=google&state=active,degraded', 'sort=reauthorize_by'],
];
const auditFilters = [
  '',
  'action=connection.revoking',
  'actor=usr_demo_ada',
  'action=connection.paused&actor=usr_demo_ada',
  'before={hoursAgo:720}',
  'action=connection.tags_changed&after={hoursAgo:720}&before={hoursAgo:700}',
];
const others = [
  'audit/actions',
  'troubles',
  ...troubleKinds.map((kind) => `troubles?kind=${kind}`),
  'troubles/counts',
  'connect-sessions',
  'connect-sessions?state=open',
  'connect-sessions?state=expired',
  'connect-sessions?integration={integration}&state=completed',
  'connect-sessions?end_user=user-4711',
  'saved-views',
  'preferences',
  'approvals',
  'members',
  'invitations',
  'provider-incidents',
  'health',
];

/** What admin has from the services that own it. */
const forwarded = [
  'v1/providers',
  'v1/integrations?limit=200',
  'v1/integrations/{integration}',
  'v1/connections/{connection}/readers',
  'v1/revocations',
  'v1/revocations?of=selection',
  'v1/revocations?of=connection&open=true',
  'v1/revocations?open=false',
  'v1/revocations/rev_bench',
  'v1/revocations/rev_bench/items',
  'v1/revocations/rev_bench/items?state=failed',
  'v1/freezes',
  'v1/api-keys',
  'v1/workload-identities',
  'v1/audit/denied-accesses',
  'v1/reaper/candidates',
  'v1/reaper/candidates?dead_after_days=30&unread_after_days=30&erase_after_days=30',
  ...['dead', 'unread', 'erase'].map((rule) => `v1/reaper/candidates?rule=${rule}&${rule}_after_days=30`),
];
/** Of these a later page is asked for, too. */
const paged = [
  'connections?state=active',
  'connect-sessions?state=completed',
  'troubles?kind=degraded',
  'audit?',
  'audit?action=connection.revoking',
  'v1/revocations?',
  'v1/revocations/rev_bench/items?',
  'v1/api-keys?limit=50',
];

interface Page {
  data: { id: string }[];
  next_cursor: string | null;
}

/** What the pages ask; `read`: reads a path, for those that need an id or a cursor of what is there. */
export async function dashboardQueries(read: (path: string) => Promise<unknown>): Promise<DashboardQuery[]> {
  const { data } = (await read('connections?state=active')) as Page;
  const { data: entries } = (await read('audit')) as Page;
  const { integrations } = (await read('overview')) as { integrations: Page['data'] };
  const ids: Record<string, string> = {
    connection: data[0]!.id,
    entry: entries[0]!.id,
    integration: integrations[0]!.id,
  };
  const later = await Promise.all(
    paged.map(async (path) => `${path}&cursor=${((await read(path)) as Page).next_cursor}`),
  );
  const paths = [
    'overview',
    ...overview.map((part) => `overview/${part}`),
    ...connectionFilters.flatMap((filter) => [`connections?${filter}`, `connections/count?${filter}`]),
    'connections?integration={integration}',
    'connections/count?integration={integration}',
    ...connectionSorts.map((sort) => `connections?${sort}`),
    ...overviewClicks.flatMap(([filter, sort]) => [
      `connections?${filter}&${sort}`,
      `connections/count?${filter}`,
    ]),
    'connections/{connection}',
    'connections/{connection}/timeline',
    'connections/{connection}/generations',
    ...auditFilters.map((filter) => `audit?${filter}`),
    'audit?subject={connection}',
    'audit/{entry}',
    ...others,
    ...forwarded,
    ...later,
  ];
  return paths.map((path) => ({
    title: path.replace(/cursor=.*/, 'cursor=…'),
    path: filled(path, ids),
    isDryRun: path.startsWith('v1/reaper/candidates'),
  }));
}

/** `{name}` by its value, `{hoursAgo:n}` by that time. */
function filled(path: string, values: Record<string, string>): string {
  return path
    .replace(/\{hoursAgo:(-?\d+)\}/g, (_, hours) =>
      new Date(Date.now() - Number(hours) * 3_600_000).toISOString(),
    )
    .replace(/\{(\w+)\}/g, (_, name: string) => values[name]!);
}
