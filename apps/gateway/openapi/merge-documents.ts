import { isDeepStrictEqual } from 'node:util';
import type { OpenApiDocument } from './openapi-document.js';

/** What every service serves for operators: it does not pass the gateway. */
const operational = /^\/(?:health(?:\/|$)|metrics$|openapi\.json$|internal(?:\/|$))/;

export interface DocumentPart {
  service: string;
  document: OpenApiDocument;
}

export interface MergedDocument {
  document: OpenApiDocument;
  /** Names that two services define differently; the first definition stands. */
  conflicts: string[];
}

/**
 * Joins the services' documents into one: paths and webhooks side by side, components once by name. The
 * order is that of the parts, so the same parts always give the same document.
 */
export function mergeDocuments(frame: OpenApiDocument, parts: readonly DocumentPart[]): MergedDocument {
  const conflicts: string[] = [];
  const merged: Required<Pick<OpenApiDocument, 'paths' | 'webhooks' | 'components' | 'tags'>> = {
    paths: {},
    webhooks: {},
    components: {},
    tags: [],
  };
  for (const { service, document } of [...parts, { service: 'gateway', document: frame }]) {
    const add = (place: string, into: Record<string, unknown>, from: Record<string, unknown> = {}): void => {
      for (const [name, value] of Object.entries(from)) {
        if (!(name in into)) into[name] = value;
        else if (!isDeepStrictEqual(into[name], value)) conflicts.push(`${place} ${name} (${service})`);
      }
    };
    const paths = Object.entries(document.paths ?? {}).filter(([path]) => !operational.test(path));
    add('path', merged.paths, Object.fromEntries(paths));
    add('webhook', merged.webhooks, document.webhooks);
    for (const [kind, named] of Object.entries(document.components ?? {})) {
      add(`components.${kind}`, (merged.components[kind] ??= {}), named);
    }
    for (const tag of document.tags ?? []) {
      if (!merged.tags.some(({ name }) => name === tag.name)) merged.tags.push(tag);
    }
  }
  return { document: { ...frame, ...merged }, conflicts };
}
