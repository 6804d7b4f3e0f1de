import { z } from 'zod';

/** CloudEvents 1.0, JSON format. `position` is our extension: the event's place in the workspace's order. */
export const cloudEventSchema = z
  .strictObject({
    specversion: z.literal('1.0'),
    id: z.string(),
    source: z.string().describe('/workspaces/{workspace}'),
    type: z.string(),
    subject: z.string().describe('Id of the connection or integration.'),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    position: z.int(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'CloudEvent' });

export type CloudEvent = z.infer<typeof cloudEventSchema>;

/** An outbox row that has its position. */
export interface PositionedEvent {
  workspaceId: string;
  id: string;
  subject: string;
  type: string;
  data: Record<string, unknown>;
  occurredAt: Date;
  position: number | null;
}

export function toCloudEvent(event: PositionedEvent): CloudEvent {
  if (event.position === null) throw new Error(`event ${event.id} has no position yet`);
  return {
    specversion: '1.0',
    id: event.id,
    source: `/workspaces/${event.workspaceId}`,
    type: event.type,
    subject: event.subject,
    time: event.occurredAt.toISOString(),
    datacontenttype: 'application/json',
    position: event.position,
    data: event.data,
  };
}
