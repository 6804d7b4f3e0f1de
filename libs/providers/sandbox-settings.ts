import { standardRevocation, type RevocationRules } from '#oauth';
import { z } from 'zod';
import { revocationSchema } from './profile-fields.js';
import type { ResolvedProvider } from './resolved-provider.js';
import { rotationSchema } from './rotation-schema.js';

/** Of the sandbox, whose personas rotate, revoke and answer questions in different ways. */
export const sandboxSettings = z.strictObject({
  rotation: rotationSchema.optional(),
  revocation: z
    .strictObject({
      shape: z.enum(['rfc7009', 'path', 'bearer', 'none']).default('rfc7009'),
      kills: revocationSchema.shape.kills.default('grant'),
    })
    .optional(),
  /** How it can be asked whether a token lives: `refresh`, not at all. */
  verification: z.enum(['introspection', 'userinfo', 'refresh']).optional(),
});

export type SandboxSettings = z.output<typeof sandboxSettings>;

const own = { shape: 'own', authentication: 'none' } as const;
const shapes: Record<'rfc7009' | 'path' | 'bearer', { at: string; rules: Partial<RevocationRules> }> = {
  rfc7009: { at: '/revoke', rules: {} },
  path: {
    at: '/revoke/{token}',
    rules: { ...own, method: 'DELETE', tokenIn: 'path', tokens: ['refresh_token'], goneStatuses: [404] },
  },
  bearer: {
    at: '/revoke-bearer',
    rules: { ...own, tokenIn: 'bearer', tokens: ['access_token'], goneStatuses: [401] },
  },
};

/** The sandbox as this integration wants to know it. */
export function asSandbox(
  provider: ResolvedProvider,
  { revocation, verification }: SandboxSettings,
  origin = '',
): ResolvedProvider {
  const { shape = 'rfc7009', kills = 'grant' } = revocation ?? {};
  const { at, rules } = shapes[shape === 'none' ? 'rfc7009' : shape];
  const endpoints = { ...provider.server.endpoints, revocation: `${origin}${at}` };
  if (verification === 'refresh') delete endpoints.userinfo;
  return {
    ...provider,
    server: { ...provider.server, endpoints },
    introspection: verification === undefined || verification === 'introspection',
    revocation: shape === 'none' ? null : { ...standardRevocation, ...rules, reach: kills },
  };
}
