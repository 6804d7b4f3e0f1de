import { Module } from '@nestjs/common';
import { EventsController } from './events.controller.js';
import { EventsService } from './events.service.js';

/** Reading events; writing them is each service's own, by the outbox. */
@Module({ controllers: [EventsController], providers: [EventsService] })
export class WorkspaceEventsModule {}
