import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ApiAnswer, ApiProblems, pageOf, Problem, RequirePermission } from '#platform';
import { ProviderCatalogue, providerView, providerViewSchema, type ProviderView } from '#providers';

const providerPageSchema = pageOf(providerViewSchema, 'ProviderPage');
const providerIdSchema = z.string().min(1).max(100);

@ApiTags('Providers')
@Controller('v1/providers')
export class ProvidersController {
  constructor(private readonly catalogue: ProviderCatalogue) {}

  @Get()
  @RequirePermission('integrations:read')
  @ApiOperation({ operationId: 'listProviders', summary: 'The catalogue, by id' })
  @ApiAnswer(200, providerPageSchema)
  list(): z.infer<typeof providerPageSchema> {
    return { data: this.catalogue.list().map(providerView), next_cursor: null };
  }

  @Get(':provider')
  @RequirePermission('integrations:read')
  @ApiOperation({ operationId: 'getProvider', summary: 'What is known of one provider' })
  @ApiAnswer(200, providerViewSchema)
  @ApiProblems('provider-not-found')
  find(@Param('provider', { schema: providerIdSchema }) id: string): ProviderView {
    const profile = this.catalogue.find(id);
    if (!profile) throw new Problem('provider-not-found', `The catalogue has no provider ${id}.`);
    return providerView(profile);
  }
}
