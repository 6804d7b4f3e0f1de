import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';

export const setMediaType = 'application/secevent+jwt';

/** Lets the service read bodies that are SETs: as text, compact JWS that they are. */
@Injectable()
export class SecurityEventBodies implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost<FastifyAdapter>) {}

  onModuleInit(): void {
    this.host.httpAdapter.useBodyParser(setMediaType, false, {}, (_request, body: Buffer, done) =>
      done(null, body.toString('utf8')),
    );
  }
}
