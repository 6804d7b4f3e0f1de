import { queryOptions } from '@tanstack/react-query';
import { client, dataOf, taggedDataOf } from '../../api/client.js';
import type { components } from '../../api/schema.js';

export type Member = components['schemas']['Member'];
export type Invitation = components['schemas']['Invitation'];
export type Invited =
  components['schemas']['CreatedInvitation'] | components['schemas']['AwaitingInvitation'];

export const membersQuery = (cursor: string | undefined) =>
  queryOptions({
    queryKey: ['members', 'list', cursor],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/admin/api/members', { params: { query: { cursor, limit: 50 } }, signal })),
  });

/** With the ETag that a change sends back; a key of its own, since the list's member has none. */
export const taggedMemberQuery = (id: string) =>
  queryOptions({
    queryKey: ['members', 'tagged', id],
    queryFn: ({ signal }) => readMember(id, signal),
    staleTime: 0,
  });

export const readMember = (id: string, signal?: AbortSignal) =>
  taggedDataOf(client.GET('/admin/api/members/{id}', { params: { path: { id } }, signal }));

/** The id of the approval that it waits for; nothing, where it is done. */
export async function changeRole(
  id: string,
  etag: string,
  body: components['schemas']['MemberChange'],
): Promise<string | undefined> {
  const { data, response } = await client.PATCH('/admin/api/members/{id}', {
    params: { path: { id }, header: { 'If-Match': etag } },
    body,
  });
  return response.status === 202 ? data?.id : undefined;
}

export const removeMember = (id: string) =>
  client.DELETE('/admin/api/members/{id}', { params: { path: { id } } });

export const leaveWorkspace = () => client.DELETE('/admin/api/membership');

export const invitationsQuery = (cursor: string | undefined) =>
  queryOptions({
    queryKey: ['invitations', cursor],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/admin/api/invitations', { params: { query: { cursor, limit: 50 } }, signal })),
    refetchInterval: 60_000,
  });

export const invite = (body: components['schemas']['NewInvitation']): Promise<Invited> =>
  dataOf(client.POST('/admin/api/invitations', { body }));

export const withdrawInvitation = (id: string) =>
  client.DELETE('/admin/api/invitations/{id}', { params: { path: { id } } });
