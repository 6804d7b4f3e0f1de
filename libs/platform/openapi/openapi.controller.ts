import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import { Public } from '../access/require-permission.js';
import { Problem } from '../problem/problem.js';

/** Makes the document when it is first asked for: nothing at start waits for it. */
export class DocumentHolder {
  make: (() => OpenAPIObject) | undefined;
  private document: OpenAPIObject | undefined;

  read(): OpenAPIObject {
    if (!this.make) throw new Problem('service-unavailable', 'The service is still starting.');
    return (this.document ??= this.make());
  }
}

@ApiExcludeController()
@Controller('openapi.json')
export class OpenApiDocumentController {
  constructor(private readonly holder: DocumentHolder) {}

  @Get()
  @Public()
  @Header('cache-control', 'no-cache')
  read(): OpenAPIObject {
    return this.holder.read();
  }
}
