import { z } from 'zod';
import { reasonSchema } from '#platform';
import { connectionStates } from '#oauth';
import type { EndUserRemoval } from '#storage';
import { expectedCountSchema } from '../revocations/revocation.dto.js';
import { actorSchema, actorView } from '../revocations/revocation.view.js';
import { previewSchema } from '../selection/preview.view.js';

const count = z.int().nonnegative();
const moment = z.iso.datetime();

export const removeEndUserQuery = z.strictObject({
  dry_run: z
    .enum(['true', 'false'])
    .optional()
    .transform((text) => text === 'true')
    .describe('Count what would go, and change nothing.'),
  expected_count: z.coerce
    .number()
    .pipe(expectedCountSchema)
    .optional()
    .describe('Of connections, as the dry run said: where there are more by now, nothing is done.'),
  reason: reasonSchema.default('The end user was removed.'),
});
export type RemoveEndUser = z.infer<typeof removeEndUserQuery>;

export const endUserPreviewSchema = z
  .strictObject({
    end_user: z.string(),
    connections: count.describe('How many would be erased, whatever their state.'),
    connect_sessions: count.describe('How many would be erased; those that are open are closed at once.'),
    revoked: previewSchema.describe('What of it would be revoked first.'),
  })
  .meta({ id: 'EndUserRemovalPreview' });
export type EndUserPreview = z.infer<typeof endUserPreviewSchema>;

export const endUserRemovalSchema = z
  .strictObject({
    id: z.string(),
    end_user: z.string(),
    state: z
      .enum(['revoking', 'erased', 'stopped'])
      .describe(
        '`revoking`: until each connection came to its end at its provider. `erased`: nothing is left of them. `stopped`: the revocation was cancelled, or its approval refused; ask again.',
      ),
    revocation: z.string().describe('The job: how far it is, who approves it, what providers say.'),
    connections: count,
    erased: count,
    connect_sessions: count.describe('Closed when it was asked for.'),
    requested_by: actorSchema,
    created_at: moment,
    finished_at: moment.nullable(),
  })
  .meta({ id: 'EndUserRemoval' });
export type EndUserRemovalView = z.infer<typeof endUserRemovalSchema>;

export const endUserSchema = z
  .strictObject({
    id: z.string(),
    connections: count,
    by_state: z.array(z.strictObject({ state: z.enum(connectionStates), count })),
    connect_sessions: count,
    removal: endUserRemovalSchema.nullable().describe('The last that was asked for.'),
  })
  .meta({ id: 'EndUser' });
export type EndUserView = z.infer<typeof endUserSchema>;

export function endUserRemovalView(removal: EndUserRemoval): EndUserRemovalView {
  const { id, endUser, state, revocationId, connections, erased, connectSessions } = removal;
  return {
    ...{ id, end_user: endUser, state, revocation: revocationId, connections, erased },
    connect_sessions: connectSessions,
    requested_by: actorView(removal.requestedBy),
    created_at: removal.createdAt.toISOString(),
    finished_at: removal.finishedAt?.toISOString() ?? null,
  };
}
