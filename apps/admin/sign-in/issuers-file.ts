import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { roleSchema } from '#platform';

const ruleSchema = z.strictObject({
  /** A claim of the ID token or UserInfo; an array counts as each of its members. */
  claim: z.string().min(1),
  value: z.union([z.string(), z.boolean(), z.number()]),
  /** A workspace's id, or `*` for every workspace. */
  workspace: z.string().min(1),
  role: roleSchema,
});

const issuerSchema = z.strictObject({
  /** In our addresses: `/admin/sign-in/<id>/callback` is what to register as redirect URI. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be lower case letters, digits and dashes'),
  name: z.string().min(1).max(100),
  issuer: z.url(),
  client_id: z.string().min(1),
  client_secret: z.string().min(1).optional(),
  token_endpoint_auth_method: z
    .enum(['client_secret_basic', 'client_secret_post', 'none'])
    .default('client_secret_basic'),
  scopes: z.array(z.string().min(1)).default(['openid', 'profile', 'email']),
  roles: z.array(ruleSchema).default([]),
});

const fileSchema = z.strictObject({ issuers: z.array(issuerSchema) }).superRefine(({ issuers }, context) => {
  const fault = (index: number, field: string, message: string) =>
    context.addIssue({ code: 'custom', path: ['issuers', index, field], message });
  for (const [index, issuer] of issuers.entries()) {
    if (issuers.findIndex(({ id }) => id === issuer.id) < index)
      fault(index, 'id', 'is taken by another issuer');
    const needsSecret = issuer.token_endpoint_auth_method !== 'none';
    if (needsSecret && issuer.client_secret === undefined) fault(index, 'client_secret', 'is missing');
    if (!issuer.scopes.includes('openid')) fault(index, 'scopes', 'must have openid');
  }
});

export type RoleRule = z.infer<typeof ruleSchema>;
export type IssuerSettings = z.infer<typeof issuerSchema>;

/** The identity providers that people sign in at, as the file names them. */
export class IssuersFile {
  readonly issuers: readonly IssuerSettings[];

  /** @throws Error that names every fault */
  constructor(path: string) {
    let content: unknown;
    try {
      content = JSON.parse(readFileSync(path, 'utf8'));
    } catch (error) {
      throw new Error(`SIGN_IN_ISSUERS_FILE ${path} cannot be read as JSON`, { cause: error });
    }
    const outcome = fileSchema.safeParse(content);
    if (!outcome.success) {
      const faults = outcome.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`);
      throw new Error(`SIGN_IN_ISSUERS_FILE ${path} has faults:\n${faults.join('\n')}`);
    }
    this.issuers = outcome.data.issuers;
  }
}
