import { Body, Controller, Get, Headers, Put, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  ApiAnswer,
  ApiProblems,
  ApiSession,
  CurrentSession,
  entityTag,
  RequirePermission,
  type FoundSession,
} from '#platform';
import { preferencesSchema, type Preferences } from './preferences.view.js';
import { PreferencesService, type VersionedPreferences } from './preferences.service.js';

@ApiTags('Session')
@ApiSession()
@Controller('admin/api/preferences')
export class PreferencesController {
  constructor(private readonly preferences: PreferencesService) {}

  @Get()
  @RequirePermission('session')
  @ApiOperation({ operationId: 'readPreferences', summary: 'How you like the dashboard' })
  @ApiAnswer(200, preferencesSchema)
  async read(
    @CurrentSession() session: FoundSession,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Preferences> {
    return answer(reply, await this.preferences.find(session));
  }

  @Put()
  @RequirePermission('session')
  @ApiOperation({
    operationId: 'putPreferences',
    summary: 'Say how you like the dashboard',
    description: 'All of it: what is left out is the default again.',
  })
  @ApiAnswer(200, preferencesSchema)
  @ApiProblems('precondition-failed')
  async put(
    @CurrentSession() session: FoundSession,
    @Body({ schema: preferencesSchema }) wish: Preferences,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Preferences> {
    return answer(reply, await this.preferences.put(session, wish, ifMatch));
  }
}

function answer(reply: FastifyReply, { preferences, version }: VersionedPreferences): Preferences {
  void reply.header('etag', entityTag(version));
  return preferences;
}
