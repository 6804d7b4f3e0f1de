import { z } from 'zod';
import { listQuery, reasonSchema } from '#platform';
import { selectorSchema } from '../selection/selector.dto.js';

export const revocationIdSchema = z.string().min(1).max(100);

export const expectedCountSchema = z
  .int()
  .nonnegative()
  .max(1_000_000_000)
  .describe('As the preview said: where more match by now, nothing is done.');

export const createRevocationSchema = z
  .strictObject({
    connection: z.string().min(1).max(100).optional(),
    selector: selectorSchema.optional(),
    reason: reasonSchema.optional(),
    dry_run: z.boolean().optional().describe('Count what the selector hits, and change nothing.'),
    expected_count: expectedCountSchema.optional(),
  })
  .superRefine((wish, context) => {
    const fault = (member: string, message: string) =>
      context.addIssue({ code: 'custom', path: [member], message });
    const { connection, selector, reason, dry_run, expected_count } = wish;
    if (connection === undefined && selector === undefined) fault('connection', 'give this or a selector');
    if (connection !== undefined && selector !== undefined) fault('selector', 'give this or a connection');
    if (selector === undefined && dry_run !== undefined) fault('dry_run', 'goes with a selector');
    if (selector === undefined && expected_count !== undefined)
      fault('expected_count', 'goes with a selector');
    if (reason === undefined && dry_run !== true) fault('reason', 'is required');
  })
  .meta({
    id: 'NewRevocation',
    anyOf: [
      { required: ['connection', 'reason'] },
      { required: ['selector', 'reason'] },
      { required: ['selector', 'dry_run'] },
    ],
  });
export type CreateRevocation = z.infer<typeof createRevocationSchema>;

export const revocationsQuery = listQuery.extend({
  of: z.enum(['connection', 'selection']).optional().describe('Those of one connection, or those of many.'),
  open: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe('`true`: those that have not come to their end.'),
});
export type RevocationsQuery = z.infer<typeof revocationsQuery>;

export const itemStates = ['pending', 'revoked', 'verified_dead', 'unsupported', 'failed'] as const;
export const itemsQuery = listQuery.extend({ state: z.enum(itemStates).optional() });
export type ItemsQuery = z.infer<typeof itemsQuery>;

const contentHash = z
  .string()
  .max(100)
  .describe('As the approval shows it: what you decide is exactly what you read.');

export const approveRevocationSchema = z
  .strictObject({ content_hash: contentHash })
  .meta({ id: 'RevocationApproval' });
export const rejectRevocationSchema = z
  .strictObject({ content_hash: contentHash, comment: z.string().trim().min(1).max(1_000).optional() })
  .meta({ id: 'RevocationRejection' });
export type RejectRevocation = z.infer<typeof rejectRevocationSchema>;
