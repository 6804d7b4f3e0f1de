import { queryOptions } from '@tanstack/react-query';
import { client, dataOf } from '../../api/client.js';
import type { components } from '../../api/schema.js';
import type { KillSwitchSearch } from './kill-switch.search.js';
import type { Kind, Selector } from './selector-values.js';

type Schemas = components['schemas'];
export type Revocation = Schemas['Revocation'];
export type RevocationItem = Schemas['RevocationItem'];
export type Freeze = Schemas['Freeze'];
/** A freeze needs no second human. */
export type Preview = Schemas['SelectionPreview'] & Partial<Schemas['RevocationPreview']>;
export type ItemState = RevocationItem['state'];

const limit = 50;

export function revocationsQuery({ of, progress, cursor }: KillSwitchSearch) {
  const open = progress && (progress === 'open' ? 'true' : 'false');
  const query = { limit, cursor, of, open } as const;
  return queryOptions({
    queryKey: ['revocations', 'list', query],
    queryFn: ({ signal }) => dataOf(client.GET('/v1/revocations', { params: { query }, signal })),
  });
}

export const freezesQuery = (cursor: string | undefined) =>
  queryOptions({
    queryKey: ['revocations', 'freezes', cursor],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/freezes', { params: { query: { limit, cursor } }, signal })),
  });

/** How long until a job is looked at again; events bring most changes sooner. */
const everyMs: Partial<Record<Revocation['state'], number>> = {
  running: 1_000,
  pending: 3_000,
  paused: 5_000,
  awaiting_approval: 10_000,
};

export const revocationQuery = (id: string) =>
  queryOptions({
    queryKey: ['revocation', id],
    queryFn: ({ signal }) => dataOf(client.GET('/v1/revocations/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state: { data } }) => (data && everyMs[data.state]) ?? false,
  });

export const itemsQuery = (id: string, state: ItemState | undefined, cursor: string | undefined) =>
  queryOptions({
    queryKey: ['revocation', id, 'items', state, cursor],
    queryFn: ({ signal }) =>
      dataOf(
        client.GET('/v1/revocations/{id}/items', {
          params: { path: { id }, query: { limit, cursor, state } },
          signal,
        }),
      ),
  });

export const freezeQuery = (id: string) =>
  queryOptions({
    queryKey: ['revocation', id],
    queryFn: ({ signal }) => dataOf(client.GET('/v1/freezes/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state: { data } }) =>
      data?.state === 'freezing' || data?.state === 'lifting' ? 1_000 : false,
  });

/** Counted once, and again when asked for: what is confirmed must not change under one's hands. */
export const previewQuery = (kind: Kind, selector: Selector) =>
  queryOptions({
    queryKey: ['selection', kind, selector],
    queryFn: ({ signal }) => preview(kind, selector, signal),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    retry: false,
  });

async function preview(kind: Kind, selector: Selector, signal: AbortSignal): Promise<Preview> {
  if (kind === 'revoke')
    return (await dataOf(
      client.POST('/v1/revocations', { body: { selector, dry_run: true }, signal }),
    )) as Preview;
  // A freeze wants a reason of its preview too; it is not kept.
  const body = { selector, dry_run: true, reason: 'preview' };
  return (await dataOf(client.POST('/v1/freezes', { body, signal }))) as Preview;
}

export async function requestRevocation(
  selector: Selector,
  reason: string,
  expectedCount: number,
): Promise<Revocation> {
  const body = { selector, reason, expected_count: expectedCount };
  return (await dataOf(client.POST('/v1/revocations', { body }))) as Revocation;
}

export async function requestFreeze(
  selector: Selector,
  reason: string,
  expectedCount: number | undefined,
): Promise<Freeze> {
  const body = {
    selector,
    reason,
    ...(expectedCount === undefined ? {} : { expected_count: expectedCount }),
  };
  return (await dataOf(client.POST('/v1/freezes', { body }))) as Freeze;
}

export const liftFreeze = (id: string): Promise<Freeze> =>
  dataOf(client.DELETE('/v1/freezes/{id}', { params: { path: { id } } }));

type Step = 'pause' | 'resume' | 'cancel' | 'retry-failed';

export function steer(id: string, step: Step): Promise<Revocation> {
  return dataOf(client.POST(`/v1/revocations/{id}/${step}`, { params: { path: { id } } }));
}

/** Starts what was approved while the service could not be reached. */
export const startApproved = (id: string, hash: string): Promise<Revocation> =>
  dataOf(
    client.POST('/v1/revocations/{id}/approve', { params: { path: { id } }, body: { content_hash: hash } }),
  );

export const approvalQuery = (id: string) =>
  queryOptions({
    queryKey: ['approvals', id],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/admin/api/approvals/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state: { data } }) => (data?.state === 'pending' ? 10_000 : false),
  });

/** The signed report, as the file's text. */
export async function reportText(id: string, format: 'json' | 'html'): Promise<string> {
  const answer = client.GET('/v1/revocations/{id}/report', {
    params: { path: { id }, query: { format } },
    parseAs: 'text',
  });
  return String(await dataOf<unknown>(answer));
}
