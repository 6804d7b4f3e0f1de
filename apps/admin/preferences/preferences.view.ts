import { z } from 'zod';

const word = z.string().min(1).max(60);

const fields = {
  density: z.enum(['comfortable', 'compact']).default('comfortable').describe('Rows of 40 or of 32 pixels.'),
  color_scheme: z.enum(['auto', 'light', 'dark']).default('auto'),
  columns: z
    .record(word, z.array(word).max(50))
    .refine((columns) => Object.keys(columns).length <= 50, 'must be of at most 50 pages')
    .default({})
    .describe('By page: the columns that are shown, in their order.'),
  letter_shortcuts: z.boolean().default(true).describe('Shortcuts of one letter.'),
  first_run_guide_dismissed: z.boolean().default(false),
};

export const preferencesSchema = z.strictObject(fields).meta({ id: 'Preferences' });
export type Preferences = z.infer<typeof preferencesSchema>;

/** What is stored, as it is known today: what a later version stored or an earlier one did not falls to defaults. */
export function preferencesOf(stored: Record<string, unknown>): Preferences {
  const known = Object.entries(fields).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(stored[name]);
    return parsed.success ? [[name, parsed.data]] : [];
  });
  return preferencesSchema.parse(Object.fromEntries(known));
}
