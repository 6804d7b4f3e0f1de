import { queryOptions } from '@tanstack/react-query';
import { client, dataOf, taggedDataOf } from '../../api/client.js';
import type { components } from '../../api/schema.js';
import { pathOfEndUser } from './end-user-path.js';
import { limitsOf } from './limits.js';

type Schemas = components['schemas'];
export type ReaperPolicy = Schemas['ReaperPolicy'];
export type ReaperWish = Schemas['ReaperPolicyChange'];
export type ReaperCandidate = Schemas['ReaperCandidate'];
export type OwnWorkspace = Schemas['OwnWorkspace'];
export type EndUser = Schemas['EndUser'];
export type EndUserPreview = Schemas['EndUserRemovalPreview'];
export type ListedSession = Schemas['ListedSession'];
export type Rule = ReaperCandidate['rule'];

const inSettings = <T>(name: string, queryFn: (context: { signal?: AbortSignal }) => Promise<T>) =>
  queryOptions({ queryKey: ['settings', name], queryFn });

export const workspaceQuery = (id: string) =>
  inSettings(`workspace ${id}`, ({ signal }) => readWorkspace(id, signal));
export const readWorkspace = (id: string, signal?: AbortSignal) =>
  taggedDataOf(client.GET('/v1/workspaces/{id}', { params: { path: { id } }, signal }));
export const updateWorkspace = (id: string, etag: string, body: Schemas['WorkspaceChange']) =>
  taggedDataOf(
    client.PATCH('/v1/workspaces/{id}', { params: { path: { id }, header: { 'If-Match': etag } }, body }),
  );
export const createWorkspace = (name: string) => dataOf(client.POST('/v1/workspaces', { body: { name } }));

export const readReaperPolicy = (signal?: AbortSignal) =>
  taggedDataOf(client.GET('/v1/reaper-policy', { signal }));
export const reaperPolicyQuery = inSettings('reaper-policy', ({ signal }) => readReaperPolicy(signal));
export const saveReaperPolicy = (etag: string, body: ReaperWish) =>
  taggedDataOf(client.PUT('/v1/reaper-policy', { params: { header: { 'If-Match': etag } }, body }));

export const candidatesQuery = (rule: Rule | undefined, cursor: string | undefined) =>
  queryOptions({
    queryKey: ['settings', 'reaper-candidates', rule, cursor],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/reaper/candidates', { params: { query: { rule, cursor, limit: 50 } }, signal })),
  });

/** How many connections other days would mean; nothing of them is saved. */
export const countsQuery = (days: Partial<Record<`${Rule}_after_days`, number>>) =>
  queryOptions({
    queryKey: ['settings', 'reaper-counts', days],
    queryFn: async ({ signal }) => {
      const query = { ...days, limit: 1 };
      return (await dataOf(client.GET('/v1/reaper/candidates', { params: { query }, signal }))).counts;
    },
    staleTime: 30_000,
  });

/** What the server says of itself with an answer: there is no endpoint of its own for it. */
export const limitsQuery = inSettings('limits', async ({ signal }) => {
  const { response } = await client.GET('/admin/api/members', { params: { query: { limit: 1 } }, signal });
  return limitsOf(response.headers.get('ratelimit-policy'), response.headers.get('ratelimit'));
});

export const endUserQuery = (id: string) =>
  queryOptions({
    queryKey: ['settings', 'end-user', id],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/end-users/{id}', { params: { path: { id: pathOfEndUser(id) } }, signal })),
    retry: false,
    refetchInterval: ({ state: { data } }) => (data?.removal?.state === 'revoking' ? 5_000 : false),
  });

export const previewRemoval = async (id: string): Promise<EndUserPreview> => {
  const path = { id: pathOfEndUser(id) };
  const answer = await dataOf(
    client.DELETE('/v1/end-users/{id}', { params: { path, query: { dry_run: 'true' } } }),
  );
  return answer as EndUserPreview;
};

export const removeEndUser = (id: string, expectedCount: number, reason: string) =>
  client.DELETE('/v1/end-users/{id}', {
    params: { path: { id: pathOfEndUser(id) }, query: { expected_count: expectedCount, reason } },
  });

export const sessionsQuery = inSettings('sessions', async ({ signal }) => {
  const { data } = await dataOf(client.GET('/admin/api/sessions', { signal }));
  return data;
});
export const endSession = (id: string) =>
  client.DELETE('/admin/api/sessions/{id}', { params: { path: { id } } });
export const endOtherSessions = () => dataOf(client.POST('/admin/api/sessions/end-others'));
