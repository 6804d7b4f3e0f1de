import { z } from 'zod';
import { pageOf, scopeSchema } from '#platform';
import type { WorkloadIdentity } from '#storage';

export const workloadIdentitySchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    issuer: z.string(),
    audience: z.string().describe('What its tokens must be for: this alone, in `aud`.'),
    claims: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
    scopes: z.array(scopeSchema),
    jwks: z.strictObject({ keys: z.array(z.record(z.string(), z.unknown())) }).nullable(),
    created_by: z.string().nullable().describe('The person that answers for it, where one is known.'),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'WorkloadIdentity' });
export type WorkloadIdentityView = z.infer<typeof workloadIdentitySchema>;

export const workloadIdentityPageSchema = pageOf(workloadIdentitySchema, 'WorkloadIdentityPage');

export function workloadIdentityView(identity: WorkloadIdentity, audience: string): WorkloadIdentityView {
  return {
    id: identity.id,
    name: identity.name,
    issuer: identity.issuer,
    audience,
    claims: identity.claims,
    scopes: identity.scopes as WorkloadIdentityView['scopes'],
    jwks: identity.jwks,
    created_by: identity.personId,
    created_at: identity.createdAt.toISOString(),
  };
}
