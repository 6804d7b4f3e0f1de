import { rotationModes, shortestUsefulGraceMs, windowModes } from '#oauth';
import { z } from 'zod';

const shortestGraceSeconds = shortestUsefulGraceMs / 1000;

/** What spending a refresh token again does at a provider. A mode that nobody vouches for is `unknown`: treated as A. */
export const rotationSchema = z
  .strictObject({
    mode: z.enum([...rotationModes, 'unknown']),
    grace_seconds: z.int().min(1).max(86_400).optional(),
    kills_access_token_on_rotation: z.boolean().default(false),
  })
  .superRefine(({ mode, grace_seconds, kills_access_token_on_rotation }, context) => {
    const fault = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    const windowed = windowModes.includes(mode);
    if (!windowed && grace_seconds !== undefined)
      fault('grace_seconds', `mode ${mode} has no window: leave it out, or say B, C or D`);
    if (windowed && grace_seconds === undefined) fault('grace_seconds', `mode ${mode} needs its window`);
    if (windowed && grace_seconds !== undefined && grace_seconds < shortestGraceSeconds)
      fault(
        'grace_seconds',
        `a window under ${shortestGraceSeconds} s is over before a lost answer is noticed: say mode A`,
      );
    if (mode === 'none' && kills_access_token_on_rotation)
      fault('kills_access_token_on_rotation', 'nothing rotates in mode none');
  });

export type Rotation = z.output<typeof rotationSchema>;
