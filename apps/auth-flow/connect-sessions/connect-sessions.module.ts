import { Module } from '@nestjs/common';
import { AuthorizationsModule } from '../authorizations/authorizations.module.js';
import { ConfirmationsService } from './confirmations.service.js';
import { ConnectSessionsController } from './connect-sessions.controller.js';
import { ConnectSessionsService } from './connect-sessions.service.js';

/** The API's side of connecting: begin, look, confirm. */
@Module({
  imports: [AuthorizationsModule],
  controllers: [ConnectSessionsController],
  providers: [ConnectSessionsService, ConfirmationsService],
})
export class ConnectSessionsModule {}
