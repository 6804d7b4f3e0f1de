import { z } from 'zod';
import { connectionDetailSchema } from './connection-detail.view.js';

const reason = z.string().trim().min(1).max(500).describe('Kept in the audit log.');

export const reasonQuery = z.strictObject({ reason: reason.optional() });
export type ReasonQuery = z.infer<typeof reasonQuery>;

export const revokeSchema = z.strictObject({ reason }).meta({ id: 'AdminRevoke' });

export const revokedSchema = z
  .strictObject({
    connection: connectionDetailSchema,
    revocation: z.record(z.string(), z.unknown()).describe('As `POST /v1/revocations` answers it.'),
  })
  .meta({ id: 'AdminRevoked' });
