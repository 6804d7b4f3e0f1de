import { z } from 'zod';
import type { SavedView } from '#storage';

const largestQuery = 4_096;

const page = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9-]*$/, 'must be the name of a page: lower-case letters, digits and -');

const content = {
  name: z.string().trim().min(1).max(100),
  page: page.describe('Of the dashboard, e.g. connections.'),
  query: z
    .record(z.string().min(1).max(100), z.string().max(2_000))
    .refine((query) => Buffer.byteLength(JSON.stringify(query)) <= largestQuery, 'must be at most 4 KB')
    .describe("The search part of the page's URL."),
  shared: z.boolean().describe('Seen by everybody in the workspace; changed by its owner.'),
};

export const savedViewsQuery = z.strictObject({ page: page.optional() });

export const newSavedViewSchema = z
  .strictObject({ ...content, shared: content.shared.default(false) })
  .meta({ id: 'NewSavedView' });
export type NewSavedView = z.infer<typeof newSavedViewSchema>;

export const savedViewChangeSchema = z
  .strictObject({
    name: content.name.optional(),
    query: content.query.optional(),
    shared: content.shared.optional(),
  })
  .meta({ id: 'SavedViewChange' });
export type SavedViewChange = z.infer<typeof savedViewChangeSchema>;

export const savedViewSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    page: z.string(),
    query: z.record(z.string(), z.string()),
    shared: z.boolean(),
    mine: z.boolean(),
    owner: z.strictObject({ id: z.string(), name: z.string().nullable() }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'SavedView' });
export type SavedViewView = z.infer<typeof savedViewSchema>;

export const savedViewsSchema = z.strictObject({ data: z.array(savedViewSchema) }).meta({ id: 'SavedViews' });

export function savedViewView(view: SavedView, person: string): SavedViewView {
  const { id, name, query, shared } = view;
  return {
    ...{ id, name, page: view.page, query, shared },
    mine: view.personId === person,
    owner: { id: view.personId, name: view.ownerName },
    created_at: view.createdAt.toISOString(),
    updated_at: view.updatedAt.toISOString(),
  };
}
