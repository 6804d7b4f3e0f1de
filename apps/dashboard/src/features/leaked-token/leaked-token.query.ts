import { queryOptions } from '@tanstack/react-query';
import { client, dataOf } from '../../api/client.js';
import type { components } from '../../api/schema.js';

export type TokenResult = components['schemas']['TokenLookupResult'];

/** A token that is the workspace's own. */
export type OwnToken = TokenResult & { connection: string; provider: string; integration: string };

export function isOwn(result: TokenResult): result is OwnToken {
  return result.found && result.connection !== null;
}

/** Not a query or a mutation of the cache: either would keep the values. */
export async function lookUp(tokens: string[]): Promise<TokenResult[]> {
  return (await dataOf(client.POST('/v1/token-lookups', { body: { tokens } }))).data;
}

export async function revokeOne(connection: string, reason: string): Promise<{ id: string }> {
  const answer = await dataOf(client.POST('/v1/revocations', { body: { connection, reason } }));
  return { id: 'id' in answer ? answer.id : '' };
}

type Preview = components['schemas']['SelectionPreview'];

/** What a dry run says of one connection; nothing is changed. */
export const supportQuery = (connection: string) =>
  queryOptions({
    queryKey: ['connection', connection, 'support'],
    queryFn: async ({ signal }) => {
      const body = { selector: { connections: [connection] }, dry_run: true };
      return (await dataOf(client.POST('/v1/revocations', { body, signal }))) as Preview;
    },
    retry: false,
  });
