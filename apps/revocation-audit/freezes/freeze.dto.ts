import { z } from 'zod';
import { reasonSchema } from '#platform';
import { expectedCountSchema } from '../revocations/revocation.dto.js';
import { selectorSchema } from '../selection/selector.dto.js';

export const freezeIdSchema = z.string().min(1).max(100);

export const createFreezeSchema = z
  .strictObject({
    selector: selectorSchema,
    reason: reasonSchema,
    dry_run: z.boolean().optional().describe('Count what the selector hits, and change nothing.'),
    expected_count: expectedCountSchema.optional(),
  })
  .meta({ id: 'NewFreeze' });
export type CreateFreeze = z.infer<typeof createFreezeSchema>;
