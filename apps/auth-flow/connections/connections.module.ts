import { Module } from '@nestjs/common';
import { AuthorizationsModule } from '../authorizations/authorizations.module.js';
import { ConnectionsController } from './connections.controller.js';
import { StuckConnectionsService } from './stuck-connections.service.js';
import { ConnectionsService } from './connections.service.js';

@Module({
  imports: [AuthorizationsModule],
  controllers: [ConnectionsController],
  providers: [ConnectionsService, StuckConnectionsService],
})
export class ConnectionsModule {}
