import { z } from 'zod';

export const loginText = z.string().min(1).max(200);

/** What may be said of a user, over the control API as in a seed file. */
export const userMembers = {
  password: z.string().min(1).max(200),
  name: z.string().min(1).max(200).optional(),
  /** As browsers take it: `admin@localhost` is one. */
  email: z.email({ pattern: z.regexes.html5Email }).optional(),
  groups: z.array(z.string().min(1).max(200)).max(100).optional(),
};
