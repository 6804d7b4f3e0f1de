import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  ApiAnswer,
  ApiProblems,
  CurrentCaller,
  decodeCursor,
  page,
  RequirePermission,
  type Caller,
} from '#platform';
import { ReaperPolicyService } from './reaper-policy.service.js';
import {
  candidatePageSchema,
  candidatesQuery,
  candidateView,
  type CandidatePage,
  type CandidatesQuery,
} from './reaper.dto.js';

/** As much as a moment of the year 9999 is. */
const cursorShape = z.tuple([
  z
    .int()
    .min(-1e15)
    .max(3e14 * 1_000),
  z.string(),
]);

@ApiTags('Reaper')
@Controller('v1/reaper')
export class ReaperCandidatesController {
  constructor(private readonly policies: ReaperPolicyService) {}

  @Get('candidates')
  @RequirePermission('connections:read')
  @ApiOperation({
    operationId: 'listReaperCandidates',
    summary: 'The dry run: what each rule of the policy means, why, and since when',
    description:
      'Those that are it the longest first. With `dead_after_days` and its like: what a policy with other days would mean. A connection is meant by one rule at most.',
  })
  @ApiAnswer(200, candidatePageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: candidatesQuery }) query: CandidatesQuery,
  ): Promise<CandidatePage> {
    const { rule, limit, cursor } = query;
    const { rows, counts } = await this.policies.candidates(caller, {
      ...{ rule, limit, after: decodeCursor(cursor, cursorShape) },
      days: {
        ...{ dead: query.dead_after_days, unread: query.unread_after_days },
        erase: query.erase_after_days,
      },
    });
    return { ...page(rows, limit, ({ position, id }) => [position, id], candidateView), counts };
  }
}
