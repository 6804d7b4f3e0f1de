import { z } from 'zod';
import type { OpenApiDocument } from './openapi-document.js';

type Schemas = Record<string, unknown>;

/** The events as OpenAPI webhooks: a CloudEvent each, whose data has the schema of its type. */
export function eventWebhooks(
  cloudEvent: z.ZodType,
  dataSchemas: Readonly<Record<string, z.ZodType>>,
): Required<Pick<OpenApiDocument, 'webhooks' | 'tags'>> & { components: { schemas: Schemas } } {
  const schemas: Schemas = {};
  const envelope = refTo(cloudEvent, schemas);
  const webhooks = Object.fromEntries(
    Object.entries(dataSchemas).map(([type, data]) => [
      type,
      { post: operationOf(type, { type, envelope, data: refTo(data, schemas) }) },
    ]),
  );
  return {
    webhooks,
    tags: [{ name: 'Webhooks', description: 'Events as they are delivered.' }],
    components: { schemas },
  };
}

function operationOf(type: string, schema: { type: string; envelope: object; data: object }): object {
  const { envelope, data } = schema;
  return {
    operationId: `on_${type.replaceAll('.', '_')}`,
    summary: `When ${type.replace('.', ' ').replaceAll('_', ' ')}`,
    tags: ['Webhooks'],
    security: [],
    requestBody: {
      required: true,
      content: {
        'application/cloudevents+json': {
          schema: { allOf: [envelope, { type: 'object', properties: { type: { const: type }, data } }] },
        },
      },
    },
    responses: {
      '204': { description: 'Received. Any 2xx will do; anything else is delivered again.' },
      '4XX': { description: 'Not received: delivered again later.' },
    },
  };
}

/** A reference to the schema's component, which is added, with those that it refers to. */
function refTo(schema: z.ZodType, components: Schemas): { $ref: string } {
  const name = String(schema.meta()?.['id']);
  const text = JSON.stringify(z.toJSONSchema(schema, { io: 'output' }));
  const { $defs, ...own } = JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;
  for (const [id, definition] of Object.entries($defs ?? { [name]: own })) {
    const { $schema: _, id: _id, ...plain } = definition;
    components[id] ??= plain;
  }
  return { $ref: `#/components/schemas/${name}` };
}

type JsonSchema = Record<string, unknown> & { $defs?: Record<string, Record<string, unknown>> };
