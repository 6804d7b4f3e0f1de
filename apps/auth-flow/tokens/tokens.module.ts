import { Module } from '@nestjs/common';
import { UsageModule } from '../usage/usage.module.js';
import { OnDemandRefreshesService } from './on-demand-refreshes.service.js';
import { TokenLookupService } from './token-lookup.service.js';
import { TokensController } from './tokens.controller.js';
import { TokensService } from './tokens.service.js';

@Module({
  imports: [UsageModule],
  controllers: [TokensController],
  providers: [TokenLookupService, OnDemandRefreshesService, TokensService],
})
export class TokensModule {}
