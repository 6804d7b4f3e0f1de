import { z } from 'zod';

const word = z.string().min(1).max(60);

const fields = {
  density: z.enum(['comfortable', 'compact']).default('comfortable').describe('Rows of 40 or of 32 pixels.'),
  color_scheme: z.enum(['auto', 'light', 'dark']).default('auto'),
  hidden_columns: z
    .record(word, z.array(word).max(50))
    .refine((lists) => Object.keys(lists).length <= 50, 'must be of at most 50 lists')
    .default({})
    .describe('By list: the columns that are not shown. Any other is, as far as the role has it.'),
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
