import { z } from 'zod';
import { cloudEventSchema, toCloudEvent } from '#events';
import type { EventBatch } from '#storage';

export const liveQuery = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('Goes on after this position; `Last-Event-ID` says the same. Without either: from now on.'),
});

export const liveEventsSchema = z
  .strictObject({
    position: z.int().describe('Of the last one; also the id of the frame.'),
    count: z.int().describe('How many events it tells of.'),
    counts: z.record(z.string(), z.int()).describe('How many of each type.'),
    events: z.array(cloudEventSchema).describe('The newest 50 of them, oldest first.'),
  })
  .meta({ id: 'LiveEvents' });

export type LiveEventsView = z.infer<typeof liveEventsSchema>;

export const liveDescription =
  'Server-Sent Events of the workspace that the session is in, at most one frame in 250 ms. `open` comes first: ' +
  '`{ position, workspace }`. `events` is what this schema tells. `gap`: `{ missed }` events were too many to be told of ' +
  'one by one; read again what you show. `session-ended`: `{ reason }` is `session`, `workspace`, `suspended` or `role`; ' +
  'nothing follows, do not connect again. A comment comes every 15 s. The stream also ends without a word when the ' +
  'service does, or where you read too slowly: connect again, with `Last-Event-ID`, as an EventSource does.';

export function liveEventsView({ position, counts, newest }: EventBatch): LiveEventsView {
  return {
    position,
    count: Object.values(counts).reduce((sum, count) => sum + count, 0),
    counts,
    events: newest.map(toCloudEvent),
  };
}
