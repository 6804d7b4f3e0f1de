import { queryOptions } from '@tanstack/react-query';
import { isAttended } from '../../api/attendance.js';
import { client, dataOf } from '../../api/client.js';
import type { components } from '../../api/schema.js';

export type Approval = components['schemas']['Approval'];
export type ApprovalState = Approval['state'];

export const approvalsQuery = (state: ApprovalState | undefined, cursor: string | undefined) =>
  queryOptions({
    queryKey: ['approvals', 'list', state, cursor],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/admin/api/approvals', { params: { query: { state, cursor, limit: 50 } }, signal })),
    refetchInterval: () => (isAttended() ? 10_000 : 30_000),
  });

export const approvalQuery = (id: string) =>
  queryOptions({
    queryKey: ['approvals', id],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/admin/api/approvals/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state: { data } }) => (data?.state === 'pending' ? 10_000 : false),
  });

/** The person that a role raise is about; by its id alone nobody can decide. */
export const memberQuery = (id: string | undefined) =>
  queryOptions({
    queryKey: ['members', id],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/admin/api/members/{id}', { params: { path: { id: id ?? '' } }, signal })),
    enabled: id !== undefined,
    staleTime: 60_000,
    retry: false,
  });
