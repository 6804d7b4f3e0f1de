import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { WorkloadAudience } from '#composition';
import {
  ApiAnswer,
  ApiProblems,
  CurrentCaller,
  decodeCursor,
  entityTag,
  listQuery,
  page,
  RequirePermission,
  type Caller,
} from '#platform';
import type { WorkloadIdentity } from '#storage';
import {
  createWorkloadIdentitySchema,
  updateWorkloadIdentitySchema,
  workloadIdentityIdSchema,
  type CreateWorkloadIdentity,
  type UpdateWorkloadIdentity,
} from './workload-identity.dto.js';
import {
  workloadIdentityPageSchema,
  workloadIdentitySchema,
  workloadIdentityView,
  type WorkloadIdentityView,
} from './workload-identity.view.js';
import { WorkloadIdentitiesService } from './workload-identities.service.js';

const cursorShape = z.tuple([z.string()]);

@ApiTags('Workload identities')
@Controller('v1/workload-identities')
export class WorkloadIdentitiesController {
  constructor(
    private readonly identities: WorkloadIdentitiesService,
    private readonly audience: WorkloadAudience,
  ) {}

  @Post()
  @RequirePermission('keys:write', { freshSignIn: true })
  @ApiOperation({
    operationId: 'createWorkloadIdentity',
    summary: 'Let workloads in by the JWTs of their platform',
    description:
      'Kubernetes, GitHub Actions, any OpenID Connect issuer. Their tokens are sent as Bearer, and must be for the `audience` of the answer.',
  })
  @ApiAnswer(201, workloadIdentitySchema)
  @ApiProblems('forbidden', 'conflict')
  async create(
    @CurrentCaller() caller: Caller,
    @Body({ schema: createWorkloadIdentitySchema }) wish: CreateWorkloadIdentity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WorkloadIdentityView> {
    return this.answer(reply, await this.identities.create(caller, wish));
  }

  @Get()
  @RequirePermission('keys:write')
  @ApiOperation({ operationId: 'listWorkloadIdentities', summary: 'Newest first' })
  @ApiAnswer(200, workloadIdentityPageSchema)
  @ApiProblems('invalid-cursor')
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: listQuery }) { limit, cursor }: z.infer<typeof listQuery>,
  ): Promise<z.infer<typeof workloadIdentityPageSchema>> {
    const rows = await this.identities.list(caller, limit, decodeCursor(cursor, cursorShape)?.[0]);
    return page(
      rows,
      limit,
      ({ id }) => [id],
      (row) => this.view(row),
    );
  }

  @Get(':id')
  @RequirePermission('keys:write')
  @ApiOperation({ operationId: 'getWorkloadIdentity', summary: 'One workload identity' })
  @ApiAnswer(200, workloadIdentitySchema)
  @ApiProblems('workload-identity-not-found')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: workloadIdentityIdSchema }) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WorkloadIdentityView> {
    return this.answer(reply, await this.identities.find(caller, id));
  }

  @Patch(':id')
  @RequirePermission('keys:write', { freshSignIn: true })
  @ApiOperation({
    operationId: 'updateWorkloadIdentity',
    summary: 'Change it; its issuer stays',
    description: 'It holds from the next request on.',
  })
  @ApiAnswer(200, workloadIdentitySchema)
  @ApiProblems('workload-identity-not-found', 'precondition-failed', 'forbidden')
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: workloadIdentityIdSchema }) id: string,
    @Body({ schema: updateWorkloadIdentitySchema }) change: UpdateWorkloadIdentity,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WorkloadIdentityView> {
    return this.answer(reply, await this.identities.update(caller, id, change, ifMatch));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('keys:write')
  @ApiOperation({
    operationId: 'deleteWorkloadIdentity',
    summary: 'Its workloads are let in no more, at once',
  })
  @ApiProblems('workload-identity-not-found', 'precondition-failed')
  async delete(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: workloadIdentityIdSchema }) id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.identities.delete(caller, id, ifMatch);
  }

  private view(identity: WorkloadIdentity): WorkloadIdentityView {
    return workloadIdentityView(identity, this.audience.of(identity.workspaceId));
  }

  private answer(reply: FastifyReply, identity: WorkloadIdentity): WorkloadIdentityView {
    void reply.header('etag', entityTag(identity.version));
    return this.view(identity);
  }
}
