import { z } from 'zod';

export const securityEventErrorSchema = z
  .strictObject({ err: z.string(), description: z.string() })
  .meta({ id: 'SecurityEventError' });

const subject = z
  .record(z.string().max(100), z.unknown())
  .describe('RFC 9493: `{"format": "email", "email": "ada@example.com"}` or another format.');

export const globalTokenRevocationSchema = z
  .looseObject({ sub_id: subject.optional(), subject: subject.optional() })
  .describe('`sub_id` as the draft has it, or `subject` as it was called before.')
  .meta({ id: 'GlobalTokenRevocation' });
export type GlobalTokenRevocation = z.infer<typeof globalTokenRevocationSchema>;
