import { Controller, Delete, Get, HttpCode, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  ApiSession,
  configClass,
  createService,
  Public,
  RequirePermission,
  serviceSettings,
} from '../index.js';

@Controller('v1/notes')
class NotesController {
  @Get()
  @RequirePermission('connections:read')
  list() {
    return [];
  }

  @Get('page')
  @Public()
  page() {
    return 'a page';
  }

  @Delete()
  @HttpCode(204)
  @RequirePermission('connections:write')
  delete() {}
}

@Controller('admin/api/notes')
@ApiSession()
class SessionNotesController {
  @Get()
  @RequirePermission('connections:read')
  list() {
    return [];
  }

  @Post('own')
  @RequirePermission('session')
  own() {}
}

@Module({ controllers: [NotesController, SessionNotesController] })
class NotesModule {}
class NotesConfig extends configClass('notes', serviceSettings) {}

interface Operation {
  security?: Record<string, string[]>[];
  responses: Record<string, { description: string }>;
}

describe('the OpenAPI document', () => {
  let app: NestFastifyApplication;
  let paths: Record<string, Record<string, Operation>>;

  beforeAll(async () => {
    const config = new NotesConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent' });
    app = await createService({ service: 'notes', module: NotesModule, config });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    ({ paths } = (await app.inject('/openapi.json')).json<{ paths: typeof paths }>());
  });

  afterAll(() => app.close());

  const problems = ({ responses }: Operation) =>
    Object.values(responses).flatMap(({ description }) =>
      [...description.matchAll(/`([\w-]+)`/g)].map(([, slug]) => slug),
    );

  it('has machines come with a key or a workload’s token, and says how those are refused', () => {
    const { get } = paths['/v1/notes']!;
    expect(get!.security).toEqual([{ api_key: [] }, { workload: [] }]);
    expect(problems(get!)).toEqual(
      expect.arrayContaining(['invalid-api-key', 'insufficient-scope', 'address-not-allowed']),
    );
    expect(problems(get!)).not.toContain('not-signed-in');
  });

  it('has people come with their session alone, and says how that is refused', () => {
    const { get } = paths['/admin/api/notes']!;
    expect(get!.security).toEqual([{ session: [] }]);
    expect(problems(get!)).toEqual(expect.arrayContaining(['not-signed-in', 'insufficient-role']));
    expect(problems(get!)).not.toEqual(expect.arrayContaining(['invalid-api-key']));
    expect(problems(get!)).not.toEqual(expect.arrayContaining(['csrf-refused']));
    const { post } = paths['/admin/api/notes/own']!;
    expect(problems(post!)).toContain('csrf-refused');
    expect(problems(post!)).not.toContain('insufficient-role');
  });

  it('has what answers no content say so, and strangers come with nothing', () => {
    expect(Object.keys(paths['/v1/notes']!['delete']!.responses)).toContain('204');
    expect(paths['/v1/notes/page']!['get']!.security).toEqual([]);
  });
});
