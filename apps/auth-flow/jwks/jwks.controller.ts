import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '#platform';

/** For authorization servers, not for integrators: the public keys of our clients (`private_key_jwt`). */
@ApiExcludeController()
@Controller('.well-known/jwks.json')
export class JwksController {
  /** Empty until an integration can authenticate by a key; today `private_key_jwt` is refused. */
  @Get()
  @Public()
  @Header('cache-control', 'public, max-age=300')
  list(): { keys: [] } {
    return { keys: [] };
  }
}
