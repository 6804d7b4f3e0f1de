import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { ApiAnswer, ApiProblems, CurrentCaller, RequirePermission, sendPage, type Caller } from '#platform';
import { revocationIdSchema } from '../revocations/revocation.dto.js';
import { reportPage } from './report.page.js';
import { reportKeysSchema, signedReportSchema } from './report.view.js';
import { ReportsService } from './reports.service.js';

const reportQuery = z.strictObject({
  format: z.enum(['json', 'html']).optional().describe('In place of the header `Accept`.'),
});

@ApiTags('Revocations')
@Controller('v1/revocations')
export class ReportsController {
  constructor(private readonly reports: ReportsService) {}

  @Get('report-keys')
  @RequirePermission('connections:read')
  @ApiOperation({ operationId: 'listReportKeys', summary: 'The public keys that check reports (JWK set)' })
  @ApiAnswer(200, reportKeysSchema)
  async listKeys(@CurrentCaller() caller: Caller): Promise<{ keys: object[] }> {
    return { keys: await this.reports.publicKeys(caller) };
  }

  @Get(':id/report')
  @RequirePermission('connections:read', { quota: 'reports' })
  @ApiOperation({
    operationId: 'getRevocationReport',
    summary: 'What was done, by whom, and what came of it: signed',
    description: 'Where `Accept` prefers `text/html`: a page for printing.',
  })
  @ApiProduces('application/json', 'text/html')
  @ApiAnswer(200, signedReportSchema)
  @ApiProblems('revocation-not-found')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: revocationIdSchema }) id: string,
    @Query({ schema: reportQuery }) { format }: z.infer<typeof reportQuery>,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const report = await this.reports.report(caller, id);
    const wantsPage = format === undefined ? accept?.startsWith('text/html') : format === 'html';
    if (wantsPage) sendPage(reply, reportPage(report));
    else void reply.send(report);
  }
}
