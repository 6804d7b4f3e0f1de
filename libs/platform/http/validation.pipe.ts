import { Injectable, StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { Problem, type Fault } from '../problem/problem.js';

/** An issue as Standard Schema has it. */
interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

const places: Readonly<Record<string, string>> = { body: '', query: '/query', param: '/path' };
const maximumFaults = 20;

/** Validates by the zod schema at the parameter; every fault is told with a pointer. */
@Injectable()
export class ValidationPipe extends StandardSchemaValidationPipe {
  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    const place = places[metadata.type];
    if (place === undefined) return value;
    const pointer = findUnstorable(value, metadata.data ? `${place}/${metadata.data}` : place);
    if (pointer !== undefined)
      throw invalid([{ pointer, detail: 'NUL characters and lone surrogates are not allowed' }]);
    if (!metadata.schema) return value;
    const result = await this.validate<T>(value, metadata.schema);
    if (!result.issues) return result.value;
    throw invalid(result.issues.flatMap((issue) => faultsOf(issue, place, metadata.data)));
  }
}

function invalid(errors: Fault[]): Problem {
  return new Problem('invalid-request', 'Some values are not as they must be; see errors.', {
    errors: errors.slice(0, maximumFaults),
  });
}

function faultsOf(issue: Issue, place: string, name: string | undefined): Fault[] {
  const path = (issue.path ?? []).map((segment) =>
    String(typeof segment === 'object' ? segment.key : segment),
  );
  const base = [place, ...(name ? [name] : []), ...path.map(escapePointer)].join('/');
  const unknown = (issue as { code?: string; keys?: string[] }).keys;
  if (unknown)
    return unknown.map((key) => ({ pointer: `${base}/${escapePointer(key)}`, detail: 'is not known here' }));
  return [{ pointer: base, detail: issue.message }];
}

/** RFC 6901 section 3. */
function escapePointer(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100);
}

/** Postgres stores no NUL, and no JSON that is hashed (RFC 8785) has half a character: refused here, with a pointer. */
function findUnstorable(value: unknown, pointer: string): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : pointer;
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (!isStorable(key)) return pointer;
    const found = findUnstorable(inner, `${pointer}/${escapePointer(key)}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
