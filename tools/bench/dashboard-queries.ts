export interface DashboardQuery {
  title: string;
  /** Below /admin/api/. */
  path: string;
}

const overview = ['states', 'renewals', 'providers', 'due', 'reconsent', 'incidents', 'lag'];
const lists = [
  'connections',
  'connections?state=needs_reauthorization',
  'connections?provider=google&state=active',
  'connections?end_user=user-4711',
  'audit',
  'audit?action=connection.revoking',
  'audit?actor=usr_demo_ada',
  'troubles',
];

interface Page {
  data: { id: string }[];
  next_cursor: string | null;
}

/** What the pages ask; `read`: reads a path, for those that need an id or a cursor of what is there. */
export async function dashboardQueries(read: (path: string) => Promise<unknown>): Promise<DashboardQuery[]> {
  const { data, next_cursor: cursor } = (await read('connections?state=active')) as Page;
  const id = data[0]!.id;
  const paths = [
    'overview',
    ...overview.map((part) => `overview/${part}`),
    ...lists,
    `connections?state=active&cursor=${cursor}`,
    `connections/${id}`,
    `connections/${id}/timeline`,
    `audit?subject=${id}`,
    'health',
  ];
  return paths.map((path) => ({ title: path.replace(/cursor=.*/, 'cursor=…').replace(id, '{id}'), path }));
}
