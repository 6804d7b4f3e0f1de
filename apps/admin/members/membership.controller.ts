import { Controller, Delete, HttpCode } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, ApiSession, CurrentSession, RequirePermission, type FoundSession } from '#platform';
import { MembersService } from './members.service.js';

/** One's own. */
@ApiTags('Admin')
@ApiSession()
@Controller('admin/api/membership')
export class MembershipController {
  constructor(private readonly members: MembersService) {}

  @Delete()
  @HttpCode(204)
  @RequirePermission('session')
  @ApiOperation({
    operationId: 'leaveWorkspace',
    summary: 'Leave the workspace',
    description: 'Whatever your role, and even while it is suspended; but not as its last admin.',
  })
  @ApiProblems('workspace-not-found', 'member-not-found', 'last-admin')
  async leave(@CurrentSession() session: FoundSession): Promise<void> {
    await this.members.leave(session);
  }
}
