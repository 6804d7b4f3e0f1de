/** As much of JSON Schema 2020-12 as our OpenAPI document uses. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  minItems?: number;
  minimum?: number;
  format?: string;
  pattern?: string;
}

/** The smallest value that a schema takes; `given` says what properties of some names hold, at any depth. */
export function sampleOf(
  schema: JsonSchema | undefined,
  components: Readonly<Record<string, JsonSchema>>,
  given: Readonly<Record<string, unknown>>,
): unknown {
  if (!schema) return {};
  if (schema.$ref) return sampleOf(components[schema.$ref.split('/').at(-1)!], components, given);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const choice = (schema.anyOf ?? schema.oneOf)?.[0];
  if (choice && !schema.properties) return sampleOf(choice, components, given);
  const type = [schema.type ?? (schema.properties ? 'object' : 'string')].flat()[0];
  if (type === 'object') return sampleObject(schema, components, given);
  if (type === 'array')
    return Array.from({ length: schema.minItems ?? 0 }, () => sampleOf(schema.items, components, given));
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return true;
  return textOf(schema);
}

function sampleObject(
  { properties = {}, required = [], anyOf = [] }: JsonSchema,
  components: Readonly<Record<string, JsonSchema>>,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    [...required, ...(anyOf[0]?.required ?? [])].map((name) => [
      name,
      Object.hasOwn(given, name) ? given[name] : sampleOf(properties[name], components, given),
    ]),
  );
}

function textOf({ format }: JsonSchema): string {
  if (format === 'date-time') return '2099-01-01T00:00:00Z';
  if (format === 'email') return 'someone@example.com';
  if (format === 'uri') return 'https://example.com/';
  return 'sample';
}
