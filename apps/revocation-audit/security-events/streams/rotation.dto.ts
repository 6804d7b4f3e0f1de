import { z } from 'zod';

export const rotationSchema = z
  .strictObject({
    overlap_seconds: z
      .int()
      .min(0)
      .max(2_592_000)
      .default(86_400)
      .describe('How long the former one still counts; 0 where it leaked.'),
    replace_previous: z
      .boolean()
      .default(false)
      .describe('End the former one of the last rotation, should it still count.'),
  })
  .meta({ id: 'SecurityEventSecretRotation' });
export type Rotation = z.infer<typeof rotationSchema>;
