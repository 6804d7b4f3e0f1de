import { Controller, Get, Param, Query } from '@nestjs/common';
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
import {
  auditActionsSchema,
  auditEntryDetailSchema,
  auditEntryDetailView,
  auditEntryView,
  auditPageSchema,
  auditQuery,
} from './audit.view.js';

const idSchema = z.string().min(1).max(100);
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

  @Get('actions')
  @RequirePermission('audit:read')
  @ApiOperation({ operationId: 'listAuditActions', summary: 'Every action that there is an entry of' })
  @ApiAnswer(200, auditActionsSchema)
  async actions(@CurrentCaller() { workspace }: Caller): Promise<z.infer<typeof auditActionsSchema>> {
    return { data: await this.audit.actions(workspace) };
  }

  @Get(':id')
  @RequirePermission('audit:read')
  @ApiOperation({ operationId: 'readAdminAuditEntry', summary: 'Read an audit entry, with before and after' })
  @ApiAnswer(200, auditEntryDetailSchema)
  @ApiProblems('audit-entry-not-found')
  async read(
    @CurrentCaller() { workspace }: Caller,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<z.infer<typeof auditEntryDetailSchema>> {
    return auditEntryDetailView(await this.audit.find(workspace, id));
  }
}
