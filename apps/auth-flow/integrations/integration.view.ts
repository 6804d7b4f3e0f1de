import { z } from 'zod';
import { pageOf } from '#platform';
import type { Integration } from '#storage';
import { requestLimits } from './integration.dto.js';

export const integrationSchema = z
  .strictObject({
    id: z.string(),
    provider: z.string(),
    name: z.string(),
    state: z.enum(['draft', 'active', 'paused']).describe('A draft has no client yet.'),
    paused_reason: z.string().nullable(),
    client_id: z.string().nullable(),
    redirect_uri: z.string().describe('Register exactly this at the provider.'),
    token_endpoint_auth_method: z.string(),
    scopes: z.array(z.string()),
    refresh_policy: z.enum(['ahead', 'on_demand']),
    return_urls: z.array(z.string()),
    confirmation: z.boolean(),
    settings: z.record(z.string(), z.unknown()),
    limits: requestLimits,
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Integration' });

export const integrationPageSchema = pageOf(integrationSchema, 'IntegrationPage');
export type IntegrationView = z.infer<typeof integrationSchema>;

export function integrationView(integration: Integration, publicUrl: string): IntegrationView {
  return {
    id: integration.id,
    provider: integration.provider,
    name: integration.name,
    state: integration.state,
    paused_reason: integration.pausedReason,
    client_id: integration.clientId,
    redirect_uri: `${publicUrl}/oauth/callback/${integration.id}`,
    token_endpoint_auth_method: integration.tokenEndpointAuthMethod,
    scopes: integration.scopes,
    refresh_policy: integration.refreshPolicy,
    return_urls: integration.returnUrls,
    confirmation: integration.confirmation,
    settings: integration.settings,
    limits: integration.limits,
    created_at: integration.createdAt.toISOString(),
    updated_at: integration.updatedAt.toISOString(),
  };
}
