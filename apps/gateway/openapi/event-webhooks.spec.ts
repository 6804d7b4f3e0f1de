import { z } from 'zod';
import { eventWebhooks } from './event-webhooks.js';

const cloudEvent = z.strictObject({ id: z.string(), type: z.string() }).meta({ id: 'CloudEvent' });
const data = z.strictObject({ connection: z.string() }).meta({ id: 'ConnectionEventData' });

describe('eventWebhooks', () => {
  const { webhooks, components } = eventWebhooks(cloudEvent, {
    'connection.revoked': data,
    'connection.paused': data,
  });

  it('describes each event type as a CloudEvent with its own data', () => {
    expect(webhooks['connection.revoked']).toMatchObject({
      post: {
        operationId: 'on_connection_revoked',
        requestBody: {
          content: {
            'application/cloudevents+json': {
              schema: {
                allOf: [
                  { $ref: '#/components/schemas/CloudEvent' },
                  {
                    properties: {
                      type: { const: 'connection.revoked' },
                      data: { $ref: '#/components/schemas/ConnectionEventData' },
                    },
                  },
                ],
              },
            },
          },
        },
      },
    });
  });

  it('names each schema once', () => {
    expect(components.schemas).toEqual({
      CloudEvent: expect.objectContaining({ type: 'object', required: ['id', 'type'] }),
      ConnectionEventData: expect.objectContaining({ properties: { connection: { type: 'string' } } }),
    });
  });
});
