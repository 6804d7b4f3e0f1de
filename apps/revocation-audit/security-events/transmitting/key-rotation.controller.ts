import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ApiAnswer, ApiProblems, CurrentCaller, RequirePermission, type Caller } from '#platform';
import { rotationSchema, type Rotation } from '../streams/rotation.dto.js';
import { SigningKeysService } from './signing-keys.service.js';

const rotatedKeysSchema = z
  .strictObject({
    keys: z.array(
      z.strictObject({
        kid: z.string(),
        signs_at: z.iso.datetime().describe('From when SETs are signed by it.'),
        retired_at: z.iso.datetime().nullable().describe('Until when it is published.'),
      }),
    ),
  })
  .meta({ id: 'SecurityEventSigningKeys' });

@ApiTags('Security events')
@Controller('v1/security-event-subscribers')
export class KeyRotationController {
  constructor(private readonly keys: SigningKeysService) {}

  @Post('rotate-key')
  @HttpCode(200)
  @RequirePermission('admin')
  @ApiOperation({
    operationId: 'rotateSecurityEventKey',
    summary: 'Replace the key that SETs are signed by',
    description:
      'The new one is published at once and signs five minutes later, when no key set without it is kept any more; the former is published for the overlap after that. With `overlap_seconds` 0 it signs now, and the former is destroyed.',
  })
  @ApiAnswer(200, rotatedKeysSchema)
  @ApiProblems('rotation-overlaps')
  async rotate(
    @CurrentCaller() caller: Caller,
    @Body({ schema: rotationSchema }) wish: Rotation,
  ): Promise<z.infer<typeof rotatedKeysSchema>> {
    const keys = await this.keys.rotate(caller, wish);
    return {
      keys: keys.map(({ kid, signsAt, retiredAt }) => ({
        ...{ kid, signs_at: signsAt.toISOString(), retired_at: retiredAt?.toISOString() ?? null },
      })),
    };
  }
}
