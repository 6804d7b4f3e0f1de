import { queryOptions } from '@tanstack/react-query';
import { client, dataOf, taggedDataOf } from './client.js';
import type { components } from './schema.js';

type Preferences = components['schemas']['Preferences'];

export const preferences = queryOptions({
  queryKey: ['preferences'],
  queryFn: ({ signal }) => dataOf(client.GET('/admin/api/preferences', { signal })),
});

/** Says whether the overview offers the guide; the other preferences stay as they are now. */
export async function hideGuide(hidden: boolean): Promise<Preferences> {
  const { data, etag } = await taggedDataOf(client.GET('/admin/api/preferences'));
  const body = { ...data, first_run_guide_dismissed: hidden };
  return dataOf(client.PUT('/admin/api/preferences', { params: { header: { 'If-Match': etag } }, body }));
}
