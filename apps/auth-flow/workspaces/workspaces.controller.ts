import { Body, Controller, Get, Headers, Param, Patch, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  ApiAnswer,
  ApiProblems,
  CurrentCaller,
  entityTag,
  NoStore,
  RequirePermission,
  type Caller,
} from '#platform';
import type { Workspace } from '#storage';
import {
  createWorkspaceSchema,
  updateWorkspaceSchema,
  workspaceIdSchema,
  type CreateWorkspace,
  type UpdateWorkspace,
} from './workspace.dto.js';
import {
  createdWorkspaceSchema,
  ownWorkspaceSchema,
  ownWorkspaceView,
  personsWorkspaceView,
  workspacePageSchema,
  workspaceView,
  type CreatedWorkspaceView,
  type OwnWorkspaceView,
  type WorkspacePage,
  type WorkspaceView,
} from './workspace.view.js';
import { WorkspacesService } from './workspaces.service.js';

@ApiTags('Workspaces')
@Controller('v1/workspaces')
export class WorkspacesController {
  constructor(private readonly workspaces: WorkspacesService) {}

  @Post()
  @RequirePermission('admin')
  @NoStore()
  @ApiOperation({
    operationId: 'createWorkspace',
    summary: 'Make a workspace, with its first key; that is shown this once',
    description: 'A person who makes one is its first admin. Made by a key, its key ends when that one ends.',
  })
  @ApiAnswer(201, createdWorkspaceSchema)
  async create(
    @CurrentCaller() caller: Caller,
    @Body({ schema: createWorkspaceSchema }) wish: CreateWorkspace,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedWorkspaceView> {
    const { workspace, apiKey, key } = await this.workspaces.create(caller, wish);
    return { ...answer(reply, workspace), api_key: key, api_key_id: apiKey.id };
  }

  @Get()
  @RequirePermission('admin', { whileSuspended: true })
  @ApiOperation({
    operationId: 'listWorkspaces',
    summary: "A key's own workspace, or all that a person is a member of",
  })
  @ApiAnswer(200, workspacePageSchema)
  async list(@CurrentCaller() caller: Caller): Promise<WorkspacePage> {
    const found = await this.workspaces.list(caller);
    const data = 'own' in found ? [workspaceView(found.own)] : found.of.map(personsWorkspaceView);
    return { data, next_cursor: null };
  }

  @Get(':id')
  @RequirePermission('admin', { whileSuspended: true })
  @ApiOperation({ operationId: 'getWorkspace', summary: 'The workspace that you act in' })
  @ApiAnswer(200, ownWorkspaceSchema)
  @ApiProblems('workspace-not-found')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: workspaceIdSchema }) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OwnWorkspaceView> {
    return ownAnswer(reply, await this.workspaces.find(caller, id));
  }

  @Patch(':id')
  @RequirePermission('admin', { whileSuspended: true })
  @ApiOperation({
    operationId: 'updateWorkspace',
    summary: 'Rename it, suspend it, resume it, or say when a second human is needed',
  })
  @ApiAnswer(200, ownWorkspaceSchema)
  @ApiProblems('workspace-not-found', 'precondition-failed')
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: workspaceIdSchema }) id: string,
    @Body({ schema: updateWorkspaceSchema }) change: UpdateWorkspace,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OwnWorkspaceView> {
    return ownAnswer(reply, await this.workspaces.update(caller, id, change, ifMatch));
  }
}

function answer(reply: FastifyReply, workspace: Workspace): WorkspaceView {
  void reply.header('etag', entityTag(workspace.version));
  return workspaceView(workspace);
}

function ownAnswer(reply: FastifyReply, workspace: Workspace): OwnWorkspaceView {
  void reply.header('etag', entityTag(workspace.version));
  return ownWorkspaceView(workspace);
}
