import { z } from 'zod';
import { connectionStates, tagChangesSchema, tagQuerySchema, tagsOfQuery } from '#oauth';
import { listQuery } from '#platform';
import type { ConnectionFilter } from '#storage';

const word = z.string().min(1).max(255);
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const connectionIdSchema = z.string().min(1).max(100);

export const connectionsQuery = listQuery.extend({
  integration: word.optional(),
  provider: word.optional(),
  end_user: word.optional().describe('Your own id of the person, exactly.'),
  state: z.enum(connectionStates).optional(),
  scope: word.optional().describe('A granted scope.'),
  tag: tagQuerySchema.optional(),
  created_before: time.optional(),
  created_after: time.optional(),
  expires_before: time.optional().describe('Some access token of it expires before then.'),
  last_read_before: time.optional().describe('No token of it was read since then.'),
  q: word.optional().describe("Part of the end user's id, e-mail, name or subject; or how the id begins."),
});
export type ConnectionsQuery = z.infer<typeof connectionsQuery>;

export const updateConnectionSchema = z
  .strictObject({
    paused: z.boolean().optional().describe('True: neither serve nor renew; the grant stays.'),
    tags: tagChangesSchema.optional(),
  })
  .refine(({ paused, tags }) => paused !== undefined || tags !== undefined, 'must change something')
  .meta({ id: 'ConnectionChange', anyOf: [{ required: ['paused'] }, { required: ['tags'] }] });
export type UpdateConnection = z.infer<typeof updateConnectionSchema>;

export function filterOf(query: ConnectionsQuery): ConnectionFilter {
  return {
    integration: query.integration,
    provider: query.provider,
    endUser: query.end_user,
    state: query.state,
    scope: query.scope,
    tags: query.tag === undefined ? undefined : tagsOfQuery(query.tag),
    createdBefore: query.created_before,
    createdAfter: query.created_after,
    expiresBefore: query.expires_before,
    lastReadBefore: query.last_read_before,
    q: query.q,
  };
}
