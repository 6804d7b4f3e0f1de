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
import {
  auditEntryView,
  auditPageSchema,
  auditQuery,
  deniedPageSchema,
  deniedQuery,
  type AuditQuery,
} from './audit-entry.dto.js';
import { AuditEntriesService } from './audit-entries.service.js';

const cursorShape = z.tuple([z.int().nonnegative()]);

@ApiTags('Audit')
@Controller('v1/audit')
export class AuditEntriesController {
  constructor(private readonly audit: AuditEntriesService) {}

  @Get('entries')
  @RequirePermission('audit:read', { quota: 'reports' })
  @ApiOperation({ operationId: 'listAuditEntries', summary: 'Who did what to what, newest first' })
  @ApiAnswer(200, auditPageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: auditQuery }) { limit, cursor, ...filter }: AuditQuery,
  ): Promise<z.infer<typeof auditPageSchema>> {
    const after = decodeCursor(cursor, cursorShape)?.[0];
    const rows = await this.audit.list(caller, filter, limit, after);
    return page(rows, limit, ({ sequence }) => [sequence], auditEntryView);
  }

  @Get('denied-accesses')
  @RequirePermission('admin', { quota: 'reports' })
  @ApiOperation({
    operationId: 'listDeniedAccesses',
    summary: 'Attempts without a valid credential',
    description: 'Counted by address, reason and minute, so that nobody can drown the log in them.',
  })
  @ApiAnswer(200, deniedPageSchema)
  async listDenied(
    @Query({ schema: deniedQuery }) { since, limit }: z.infer<typeof deniedQuery>,
  ): Promise<z.infer<typeof deniedPageSchema>> {
    const rows = await this.audit.listDenied(since, limit);
    return { data: rows.map((row) => ({ ...row, minute: row.minute.toISOString() })) };
  }
}
