import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  ApiSession,
  ApiAnswer,
  ApiProblems,
  CurrentCaller,
  decodeCursor,
  page,
  RequirePermission,
  type Caller,
} from '#platform';
import { AuditService } from './audit.service.js';
import { auditEntryView, auditPageSchema, auditQuery } from './audit.view.js';

const cursorShape = z.tuple([z.int().nonnegative()]);

@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @RequirePermission('audit:read', { quota: 'reports' })
  @ApiOperation({
    operationId: 'listAdminAudit',
    summary: 'List audit entries',
    description: 'Who did what to what, newest first.',
  })
  @ApiAnswer(200, auditPageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: auditQuery }) query: z.infer<typeof auditQuery>,
  ): Promise<z.infer<typeof auditPageSchema>> {
    const { limit, cursor, ...filter } = query;
    const [after] = decodeCursor(cursor, cursorShape) ?? [];
    const rows = await this.audit.list(caller.workspace, filter, limit, after);
    return page(rows, limit, (row) => [row.sequence], auditEntryView);
  }
}
