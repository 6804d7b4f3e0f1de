import { Module } from '@nestjs/common';
import { AuthorizationsController } from './authorizations.controller.js';
import { CallbacksService } from './callbacks.service.js';
import { CodeExchangeService } from './code-exchange.service.js';
import { CompletionService } from './completion.service.js';
import { ConnectLinksService } from './connect-links.service.js';
import { GrantInstaller } from './grant-installer.service.js';
import { IntegrationClientsService } from './integration-clients.service.js';
import { RefusalsService } from './refusals.service.js';
import { UnwantedGrantsService } from './unwanted-grants.service.js';
import { VisitsService } from './visits.service.js';

/** The browser's way to the provider and back. */
@Module({
  controllers: [AuthorizationsController],
  providers: [
    ConnectLinksService,
    CallbacksService,
    VisitsService,
    CodeExchangeService,
    CompletionService,
    GrantInstaller,
    RefusalsService,
    UnwantedGrantsService,
    IntegrationClientsService,
  ],
  exports: [CompletionService, GrantInstaller, IntegrationClientsService],
})
export class AuthorizationsModule {}
