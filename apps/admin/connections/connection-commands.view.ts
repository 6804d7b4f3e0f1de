import { z } from 'zod';
import { reasonSchema } from '#platform';
import { connectionDetailSchema } from './connection-detail.view.js';

export const revokeSchema = z.strictObject({ reason: reasonSchema }).meta({ id: 'AdminRevoke' });

export const revokedSchema = z
  .strictObject({
    connection: connectionDetailSchema,
    revocation: z.record(z.string(), z.unknown()).describe('As `POST /v1/revocations` answers it.'),
  })
  .meta({ id: 'AdminRevoked' });
