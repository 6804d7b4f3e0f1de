import { z } from 'zod';
import { connectionDetailSchema } from './connection-detail.view.js';

export const revokeSchema = z
  .strictObject({ reason: z.string().trim().min(1).max(500).describe('Kept in the audit log.') })
  .meta({ id: 'AdminRevoke' });

export const revokedSchema = z
  .strictObject({
    connection: connectionDetailSchema,
    revocation: z.record(z.string(), z.unknown()).describe('As `POST /v1/revocations` answers it.'),
  })
  .meta({ id: 'AdminRevoked' });
