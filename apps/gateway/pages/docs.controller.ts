import { Controller, Get, Header, Headers, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '#platform';
import { type Asset, DocsAssetsService } from './docs-assets.service.js';
import { docsPage, docsPolicy, docsScript } from './docs-page.js';
import { pageStyle } from './page-style.js';

const html = 'text/html; charset=utf-8';
const css = 'text/css; charset=utf-8';
const script = 'text/javascript; charset=utf-8';

@ApiExcludeController()
@Controller('docs')
export class DocsController {
  constructor(private readonly assets: DocsAssetsService) {}

  @Public()
  @Get()
  @Header('content-type', html)
  @Header('content-security-policy', docsPolicy)
  page(): string {
    return docsPage;
  }

  @Public()
  @Get('page.css')
  @Header('content-type', css)
  style(): string {
    return pageStyle;
  }

  @Public()
  @Get('start.js')
  @Header('content-type', script)
  start(): string {
    return docsScript;
  }

  @Public()
  @Get('swagger-ui.css')
  async swaggerStyle(
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendAsset(reply, css, await this.assets.get('swagger-ui.css'), known);
  }

  @Public()
  @Get('swagger-ui-bundle.js')
  async swaggerScript(
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendAsset(reply, script, await this.assets.get('swagger-ui-bundle.js'), known);
  }
}

function sendAsset(
  reply: FastifyReply,
  type: string,
  { content, etag }: Asset,
  known: string | undefined,
): void {
  reply.header('etag', etag).header('cache-control', 'public, no-cache');
  if (known === etag) reply.code(304).send();
  else reply.type(type).send(content);
}
