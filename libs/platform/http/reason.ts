import { z } from 'zod';

/** Why, in a person's words: kept in the audit log, 1 to 500 characters. */
export const reasonSchema = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}]*$/u, 'must not have control characters')
  .describe('Why, for people. Kept in the audit log.');

/** Of a route that asks for none and keeps one. */
export const reasonQuery = z.strictObject({ reason: reasonSchema.optional() });
export type ReasonQuery = z.infer<typeof reasonQuery>;
