import { z } from 'zod';
import { listQuery, pageOf } from '#platform';
import type { Generation } from '#storage';
import { iso, moment } from './connection.view.js';

export const generationsQuery = listQuery;
export const generationCursor = z.tuple([z.int().nonnegative().max(2_147_483_647), z.string().max(100)]);

const generationSchema = z
  .strictObject({
    slot: z.string(),
    generation: z.int(),
    issued_at: z.iso.datetime(),
    expires_at: moment,
    scopes: z.array(z.string()),
    state: z.enum(['current', 'superseded']),
    superseded_at: moment.describe('When the next one took its place; null where that is not kept.'),
    origin: z
      .enum(['authorization', 'refresh', 'unknown'])
      .describe('`unknown`: its attempt is no longer kept.'),
    attempt: z.string().nullable(),
    trigger: z.string().nullable(),
  })
  .meta({ id: 'AdminGeneration' });

export const generationPageSchema = pageOf(generationSchema, 'AdminGenerationPage');

export function generationView(row: Generation): z.infer<typeof generationSchema> {
  const { slot, generation, attemptId, trigger } = row;
  const first = generation === 1 ? 'authorization' : 'unknown';
  return {
    ...{ slot, generation, attempt: attemptId, trigger },
    issued_at: row.issuedAt.toISOString(),
    expires_at: iso(row.expiresAt),
    scopes: row.scope.split(' ').filter(Boolean),
    state: row.isCurrent ? 'current' : 'superseded',
    superseded_at: iso(row.supersededAt),
    origin: attemptId === null ? first : 'refresh',
  };
}
