import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { problemSchema } from '../problem/problem.js';
import { describeAccess } from './describe-access.js';

export interface DocumentInfo {
  title: string;
  description?: string;
}

const version = '0.1.0';

/** A service's OpenAPI 3.1 document, from its controllers and their zod schemas. */
export function openApiDocument(app: INestApplication, { title, description }: DocumentInfo): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(title)
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key: evg_…' }, 'api_key')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'A JWT of an issuer that the workspace trusts',
      },
      'workload',
    )
    .addCookieAuth(
      '__Host-evergrant_session',
      {
        type: 'apiKey',
        in: 'cookie',
        description:
          'A person who signed in at /admin/sign-in; what is under /v1 here they call under /admin/api/v1. Changes send the `csrf_token` of GET /admin/api/session as ' +
          '`X-CSRF-Token`. `Evergrant-Workspace` names the workspace that a request is about; without it, it is the one ' +
          'that the session was switched to. A page that asks by itself, with nobody at it, sends ' +
          '`Evergrant-Unattended: true`: such a request is no use of the session, which ends when idle all the same. On http://localhost the name has no `__Host-`.',
      },
      'session',
    );
  if (description !== undefined) builder.setDescription(description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
    standardSchemaConverter: (schema, { schemaType }) =>
      schema instanceof z.ZodType ? jsonSchemaOf(schema, schemaType) : undefined,
  });
  for (const item of Object.values(document.paths)) describeOperations(item);
  const { Problem: _, ...schemas } = document.components?.schemas ?? {};
  document.components = {
    ...document.components,
    schemas: { ...schemas, ...(jsonSchemaOf(problemSchema, 'output').components as object) },
  };
  return document;
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key and body answer the same for 24 hours, and are done once.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
} as const;

const ifMatch = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The ETag that was read: 412 where it was changed meanwhile.',
  schema: { type: 'string' },
} as const;

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['post']>;

/**
 * What follows from the rest: by whom it is called; that an authenticated POST takes an idempotency key, that what can
 * answer 412 takes If-Match, and that what answers no content says so.
 */
function describeOperations(item: PathItem): void {
  for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
    const operation = item[method];
    if (!operation) continue;
    describeAccess(method, operation);
    // Said outright: what says nothing of it looks as if somebody forgot.
    operation.security ??= [];
    if (!Object.keys(operation.responses).some((status) => status.startsWith('2')))
      operation.responses['204'] = { description: 'Done; there is nothing to tell' };
    // Answers are kept for machines alone; admin, which people alone call, keeps none.
    const { security } = operation;
    const ofPeople = security.some((one) => 'session' in one);
    if (method === 'post' && security.length > 0 && !ofPeople) describe(operation, idempotencyKey);
    if (operation.responses['412']) describe(operation, ifMatch);
  }
}

function describe(operation: Operation, header: typeof idempotencyKey | typeof ifMatch): void {
  const others = (operation.parameters ?? []).filter(
    (one) => !('name' in one) || one.name.toLowerCase() !== header.name.toLowerCase(),
  );
  operation.parameters = [...others, header];
}

/** JSON Schema 2020-12; every schema that has an id is a component. */
function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output') {
  const {
    $defs = {},
    $schema: _,
    ...rest
  } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    reused: 'inline',
  });
  for (const component of Object.values($defs)) delete (component as { id?: string }).id;
  return { schema: rest as never, components: $defs as never };
}
