import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '#platform';
import { DocumentSource } from './document-source.js';
import type { OpenApiDocument } from './openapi-document.js';

@ApiExcludeController()
@Controller()
export class OpenApiController {
  constructor(private readonly documents: DocumentSource) {}

  @Public()
  @Get('openapi.json')
  @Header('cache-control', 'no-cache')
  document(): Promise<OpenApiDocument> {
    return this.documents.merged();
  }
}
