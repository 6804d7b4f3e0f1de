import { Module } from '@nestjs/common';
import { UsageService } from '../usage/usage.service.js';
import { OnDemandRefreshesService } from './on-demand-refreshes.service.js';
import { TokenLookupService } from './token-lookup.service.js';
import { TokensController } from './tokens.controller.js';
import { TokensService } from './tokens.service.js';

@Module({
  controllers: [TokensController],
  providers: [TokenLookupService, OnDemandRefreshesService, TokensService, UsageService],
})
export class TokensModule {}
