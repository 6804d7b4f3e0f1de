import { queryOptions } from '@tanstack/react-query';
import { client, dataOf } from '../../api/client.js';
import type { components } from '../../api/schema.js';

type Schemas = components['schemas'];
export type States = Schemas['OverviewStates'];
export type Renewals = Schemas['OverviewRenewals'];
export type Providers = Schemas['OverviewProviders'];
export type Due = Schemas['OverviewDue'];
export type Consents = Schemas['OverviewConsents'];
export type Lag = Schemas['OverviewLag'];
export type HeldBack = Schemas['OverviewIncidents'];

// Events make only the figures old (`overview`); a curve over hours does not change by one of them.
const seconds = (count: number) => ({ refetchInterval: count * 1_000, staleTime: count * 1_000 });

export const statesQuery = queryOptions({
  queryKey: ['overview', 'states'],
  queryFn: ({ signal }): Promise<States> => dataOf(client.GET('/admin/api/overview/states', { signal })),
  ...seconds(30),
});

export const heldBackQuery = queryOptions({
  queryKey: ['incidents', 'overview'],
  queryFn: ({ signal }): Promise<HeldBack> => dataOf(client.GET('/admin/api/overview/incidents', { signal })),
  ...seconds(30),
});

export const renewalsQuery = queryOptions({
  queryKey: ['overview-parts', 'renewals'],
  queryFn: ({ signal }): Promise<Renewals> => dataOf(client.GET('/admin/api/overview/renewals', { signal })),
  ...seconds(15),
});

export const providersQuery = queryOptions({
  queryKey: ['overview-parts', 'providers'],
  queryFn: ({ signal }): Promise<Providers> =>
    dataOf(client.GET('/admin/api/overview/providers', { signal })),
  ...seconds(30),
});

export const dueQuery = queryOptions({
  queryKey: ['overview-parts', 'due'],
  queryFn: ({ signal }): Promise<Due> => dataOf(client.GET('/admin/api/overview/due', { signal })),
  ...seconds(60),
});

export const consentsQuery = queryOptions({
  queryKey: ['overview-parts', 'reconsent'],
  queryFn: ({ signal }): Promise<Consents> => dataOf(client.GET('/admin/api/overview/reconsent', { signal })),
  ...seconds(300),
});

export const lagQuery = queryOptions({
  queryKey: ['overview-parts', 'lag'],
  queryFn: ({ signal }): Promise<Lag> => dataOf(client.GET('/admin/api/overview/lag', { signal })),
  ...seconds(60),
});
