/** As much of an OpenAPI 3.1 document as merging looks at; the rest is carried along. */
export interface OpenApiDocument {
  openapi: string;
  info: { title: string; version: string; description?: string; [member: string]: unknown };
  servers?: { url: string; description?: string }[];
  tags?: { name: string; description?: string; [member: string]: unknown }[];
  paths?: Record<string, unknown>;
  webhooks?: Record<string, unknown>;
  components?: Record<string, Record<string, unknown>>;
  [member: string]: unknown;
}

/** Whether something fetched is shaped like a document at all. */
export function isOpenApiDocument(value: unknown): value is OpenApiDocument {
  if (typeof value !== 'object' || value === null) return false;
  const { openapi, info } = value as Record<string, unknown>;
  return (
    typeof openapi === 'string' && openapi.startsWith('3.1') && typeof info === 'object' && info !== null
  );
}
