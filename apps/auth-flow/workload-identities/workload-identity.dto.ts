import { z } from 'zod';
import { scopeSchema } from '#platform';

export const workloadIdentityIdSchema = z.string().min(1).max(100);

const name = z.string().trim().min(1).max(200);

/** Checked for every token anyway, or another in each. */
const checkedClaims = new Set(['iss', 'aud', 'exp', 'iat', 'nbf', 'jti', 'cnf']);

const pattern = z
  .string()
  .max(500)
  .regex(/^[^*]+\*?$/, 'must be a value, or how it begins followed by *');

const claims = z
  .record(
    z
      .string()
      .min(1)
      .max(200)
      .refine((claim) => !checkedClaims.has(claim), 'is checked anyway; name others'),
    z.union([pattern, z.array(pattern).min(1).max(50)]),
  )
  .refine((all) => Object.keys(all).length > 0, 'must name a claim, such as sub')
  .refine((all) => Object.keys(all).length <= 20, 'must name 20 claims at most')
  .describe(
    'All must hold. A value ending in * is how the claim begins: end it at a separator of the issuer.',
  );

const scopes = z
  .array(scopeSchema.exclude(['admin']))
  .min(1)
  .max(20)
  .describe('No more than you have yourself.');

const jwks = z
  .strictObject({
    keys: z
      .array(z.record(z.string().max(50), z.unknown()))
      .min(1)
      .max(20),
  })
  .describe(
    "The issuer's public keys, where it cannot be reached; else they are found by OpenID Connect Discovery.",
  )
  .meta({ id: 'PublicKeySet' });

export const createWorkloadIdentitySchema = z
  .strictObject({
    name,
    issuer: z.string().min(1).max(2_000).describe('Exactly the iss of its tokens.'),
    claims,
    scopes,
    jwks: jwks.optional(),
  })
  .meta({ id: 'NewWorkloadIdentity' });
export type CreateWorkloadIdentity = z.infer<typeof createWorkloadIdentitySchema>;

export const updateWorkloadIdentitySchema = z
  .strictObject({
    name: name.optional(),
    claims: claims.optional(),
    scopes: scopes.optional(),
    jwks: jwks.nullable().optional(),
  })
  .meta({ id: 'WorkloadIdentityChange' });
export type UpdateWorkloadIdentity = z.infer<typeof updateWorkloadIdentitySchema>;
