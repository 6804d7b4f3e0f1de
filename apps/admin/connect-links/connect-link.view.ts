import { z } from 'zod';
import { listQuery, pageOf } from '#platform';
import { connectLinkStates, type ConnectLink, type ConnectLinkFilter } from '#storage';
import { actorSchema } from '../audit/audit.view.js';

const word = z.string().min(1).max(200);

export const connectLinksQuery = listQuery.extend({
  state: z.enum(connectLinkStates).optional().describe('`expired`: nobody used it in time.'),
  integration: word.optional(),
  end_user: word.optional().describe("The caller's own id, exactly."),
});

const connectLinkSchema = z
  .strictObject({
    id: z.string(),
    state: z.enum(connectLinkStates),
    integration: z.strictObject({ id: z.string(), name: z.string(), provider: z.string() }),
    end_user: z.strictObject({
      id: z.string(),
      email: z.string().nullable(),
      display_name: z.string().nullable(),
    }),
    scopes: z.array(z.string()),
    return_url: z.string().nullable(),
    reconnects: z.string().nullable().describe('The connection whose authorization it renews.'),
    connection: z.string().nullable().describe('What came of it.'),
    failure: z.strictObject({ code: z.string(), detail: z.string().nullable() }).nullable(),
    created_by: actorSchema,
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    used_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'AdminConnectLink' });

export const connectLinkPageSchema = pageOf(connectLinkSchema, 'AdminConnectLinkPage');

export function filterOf(query: z.infer<typeof connectLinksQuery>): ConnectLinkFilter {
  return { state: query.state, integration: query.integration, endUser: query.end_user };
}

export function connectLinkView(link: ConnectLink): z.infer<typeof connectLinkSchema> {
  const { id, state, scopes, reconnects, failureCode } = link;
  return {
    ...{ id, state, scopes, reconnects },
    integration: { id: link.integrationId, name: link.integrationName, provider: link.provider },
    end_user: { id: link.endUserId, email: link.endUserEmail, display_name: link.endUserName },
    return_url: link.returnUrl,
    connection: link.connectionId,
    failure: failureCode === null ? null : { code: failureCode, detail: link.failureDetail },
    created_by: link.createdBy,
    created_at: link.createdAt.toISOString(),
    expires_at: link.expiresAt.toISOString(),
    used_at: link.completedAt?.toISOString() ?? null,
  };
}
