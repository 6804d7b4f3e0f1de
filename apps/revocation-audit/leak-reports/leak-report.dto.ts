import { z } from 'zod';
import { leakActions, type LeakPolicy } from '#storage';

export const reportBodyLimit = 1024 * 1024;

/** What GitHub sends, for the document: the bytes are read by hand, since they are signed. */
export const githubReportBody = {
  type: 'array',
  items: {
    type: 'object',
    required: ['token', 'type'],
    properties: {
      token: { type: 'string' },
      type: { type: 'string' },
      url: { type: 'string' },
      source: { type: 'string' },
    },
  },
};

export const githubVerdictsSchema = z
  .array(
    z.strictObject({
      token_hash: z.string().describe('SHA-256 of the token, base64.'),
      token_type: z.string(),
      label: z.enum(['true_positive', 'false_positive']),
    }),
  )
  .meta({ id: 'GithubLeakVerdicts' });
export type GithubVerdicts = z.infer<typeof githubVerdictsSchema>;

export const changeLeakPolicySchema = z
  .strictObject({
    action: z
      .enum(leakActions)
      .describe(
        'About a living token that a partner found in the open: only tell, or also pause its connection, or revoke it. Of a dead one you are only told.',
      ),
  })
  .meta({ id: 'LeakPolicyChange' });
export type ChangeLeakPolicy = z.infer<typeof changeLeakPolicySchema>;

export const leakPolicySchema = z
  .strictObject({
    action: z.enum(leakActions),
    updated_at: z.iso.datetime().nullable().describe('Null where the default holds.'),
  })
  .meta({ id: 'LeakPolicy' });
export type LeakPolicyView = z.infer<typeof leakPolicySchema>;

export function leakPolicyView({ action, updatedAt }: LeakPolicy): LeakPolicyView {
  return { action, updated_at: updatedAt?.toISOString() ?? null };
}
