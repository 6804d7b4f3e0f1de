import { Module } from '@nestjs/common';
import { AuthorizationsModule } from '../authorizations/authorizations.module.js';
import { ClientCredentialsController } from './client-credentials.controller.js';
import { ClientCredentialsService } from './client-credentials.service.js';

/** Connections that no end user authorizes. */
@Module({
  imports: [AuthorizationsModule],
  controllers: [ClientCredentialsController],
  providers: [ClientCredentialsService],
})
export class ClientCredentialsModule {}
