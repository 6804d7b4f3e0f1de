import { Module } from '@nestjs/common';
import { IntegrationsController } from './integrations.controller.js';
import { IntegrationsService } from './integrations.service.js';
import { ProviderSettingsService } from './provider-settings.service.js';

@Module({
  controllers: [IntegrationsController],
  providers: [IntegrationsService, ProviderSettingsService],
})
export class IntegrationsModule {}
