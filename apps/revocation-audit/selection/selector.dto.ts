import { z } from 'zod';
import { connectionStates, connectionTagsSchema } from '#oauth';
import type { ConnectionFilter } from '#storage';

const word = z.string().min(1).max(255);
const time = z.iso.datetime({ offset: true });

/** More ids than this are kept as their number: the targets hold them. */
const mostKeptIds = 100;

export const selectorSchema = z
  .strictObject({
    connections: z.array(z.string().min(1).max(100)).min(1).max(10_000).optional().describe('Ids.'),
    end_user: word.optional().describe('Your own id of the person, exactly.'),
    integration: word.optional(),
    provider: word.optional(),
    scope: word.optional().describe('A granted scope.'),
    client_id: word.optional().describe('Of the OAuth client at the provider.'),
    tags: connectionTagsSchema
      .refine((tags) => Object.keys(tags).length > 0, 'must name a tag: no tags never mean everything')
      .optional()
      .describe('Each of these, exactly.'),
    created_before: time.optional(),
    created_after: time.optional(),
    last_read_before: time.optional().describe('No token of it was read since then.'),
    state: z.enum(connectionStates).optional(),
  })
  .refine((selector) => Object.values(selector).some((value) => value !== undefined), {
    error: 'must name something: an empty selector never means everything',
  })
  .meta({
    id: 'Selector',
    description: 'What is meant: every member that is given must hold.',
    minProperties: 1,
  });
export type Selector = z.infer<typeof selectorSchema>;

/** As it was asked for; a long list of ids as their number. */
export const keptSelectorSchema = z
  .looseObject({ connections: z.array(z.string()).optional(), connection_count: z.int().optional() })
  .meta({ id: 'KeptSelector' });

export function filterOf(selector: Selector): ConnectionFilter {
  const { created_before, created_after, last_read_before } = selector;
  return {
    connections: selector.connections,
    endUser: selector.end_user,
    integration: selector.integration,
    provider: selector.provider,
    scope: selector.scope,
    clientId: selector.client_id,
    tags: selector.tags,
    createdBefore: created_before === undefined ? undefined : new Date(created_before),
    createdAfter: created_after === undefined ? undefined : new Date(created_after),
    lastReadBefore: last_read_before === undefined ? undefined : new Date(last_read_before),
    state: selector.state,
  };
}

/** What is stored of a selector, and shown to whoever approves. */
export function keptSelector({ connections, ...rest }: Selector): Record<string, unknown> {
  if (connections === undefined) return rest;
  if (connections.length > mostKeptIds) return { ...rest, connection_count: connections.length };
  return { ...rest, connections };
}
