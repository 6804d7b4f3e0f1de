import { z } from 'zod';
import { connectionStates, connectionTagsSchema } from '#oauth';
import type { SelectedConnection } from '#storage';

const count = z.int().nonnegative();
const support = z.enum(['supported', 'unsupported', 'partly']);
const kills = z.enum(['token', 'grant', 'user_grants']).nullable();
const withheld = count.describe(
  'Of these, how many the provider is not told of: telling it would end another living grant of the same user, which is not selected.',
);

export const previewSchema = z
  .strictObject({
    count: count.describe('How many would be hit, exactly, at this moment.'),
    already_dead: count.describe('How many more the selector names that were revoked before.'),
    unknown_connections: count.describe('How many of the ids name nothing here.'),
    end_users: count.describe('How many of your users that concerns.'),
    by_provider: z.array(
      z.strictObject({
        provider: z.string(),
        name: z.string(),
        count,
        revocation: support.describe(
          'Whether the provider can be told. `unsupported`: here it is dead at once, there it lives until it expires.',
        ),
        kills: kills.describe('What telling it ends: that token, its grant, or all grants of the user.'),
        withheld,
      }),
    ),
    by_integration: z.array(
      z.strictObject({
        integration: z.string(),
        provider: z.string(),
        count,
        revocation: support,
        kills,
        withheld,
      }),
    ),
    by_state: z.array(z.strictObject({ state: z.enum(connectionStates), count })),
    sample: z
      .array(
        z.strictObject({
          connection: z.string(),
          provider: z.string(),
          integration: z.string(),
          end_user: z.string().nullable(),
          tags: connectionTagsSchema,
          state: z.enum(connectionStates),
          created_at: z.iso.datetime(),
        }),
      )
      .describe('The newest, at most 20.'),
  })
  .meta({ id: 'SelectionPreview' });
export type PreviewView = z.infer<typeof previewSchema>;

export const revocationPreviewSchema = previewSchema
  .extend({
    needs_approval: z
      .boolean()
      .describe('So many that nothing would be done before a second human approves.'),
  })
  .meta({ id: 'RevocationPreview' });
export type RevocationPreviewView = z.infer<typeof revocationPreviewSchema>;

export function sampleView(connection: SelectedConnection): PreviewView['sample'][number] {
  const { id, provider, integration, endUser, tags, state, createdAt } = connection;
  return {
    ...{ connection: id, provider, integration, end_user: endUser, tags },
    state: state as PreviewView['sample'][number]['state'],
    created_at: createdAt.toISOString(),
  };
}
