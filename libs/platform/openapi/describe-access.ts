import type { OpenAPIObject } from '@nestjs/swagger';
import { isScope, type Permission } from '../access/permissions.js';
import { problemCatalogue, type ProblemSlug } from '../problem/problem-catalogue.js';
import { problemAnswer } from './api-answers.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['post']>;

const ofKeys: ProblemSlug[] = ['invalid-api-key', 'insufficient-scope', 'address-not-allowed'];

/** Says of an operation that names a permission by which credentials it is called, and how those are refused. */
export function describeAccess(method: string, operation: Operation): void {
  const permission = (operation as { 'x-permission'?: Permission | 'public' })['x-permission'];
  if (permission === undefined || permission === 'public') return;
  if (operation.security?.some((one) => 'session' in one)) {
    operation.security = [{ session: [] }];
    const slugs: ProblemSlug[] = ['not-signed-in'];
    if (permission !== 'session') slugs.push('insufficient-role');
    if (method !== 'get') slugs.push('csrf-refused');
    addProblems(operation, slugs);
  } else if (isScope(permission)) {
    operation.security = [{ api_key: [] }, { workload: [] }];
    addProblems(operation, ofKeys);
  }
}

function addProblems({ responses }: Operation, slugs: readonly ProblemSlug[]): void {
  for (const [status, all] of Map.groupBy(slugs, (slug) => String(problemCatalogue[slug].status))) {
    const known = responses[status];
    const before = known && 'description' in known ? (known.description ?? '') : '';
    const fresh = all.filter((slug) => !before.includes(`\`${slug}\``));
    const { description, content } = problemAnswer(fresh);
    if (fresh.length > 0)
      responses[status] = { description: `${before} ${description}`.trimStart(), content };
  }
}
