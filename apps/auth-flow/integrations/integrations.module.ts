import { Module } from '@nestjs/common';
import { AuthorizationsModule } from '../authorizations/authorizations.module.js';
import { IntegrationTestService } from './integration-test.service.js';
import { IntegrationsController } from './integrations.controller.js';
import { IntegrationsService } from './integrations.service.js';
import { ProviderSettingsService } from './provider-settings.service.js';

@Module({
  imports: [AuthorizationsModule],
  controllers: [IntegrationsController],
  providers: [IntegrationsService, IntegrationTestService, ProviderSettingsService],
})
export class IntegrationsModule {}
