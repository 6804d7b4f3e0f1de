import type { ProviderCatalogue, ProviderProfile } from '#providers';
import { Problem, type Fault } from '#platform';
import type { Integration } from '#storage';
import type { UpdateIntegration } from './integration.dto.js';

/** The profile of a provider that was named in a body. @throws Problem `invalid-request` */
export function profileOf(catalogue: ProviderCatalogue, provider: string): ProviderProfile {
  const profile = catalogue.find(provider);
  if (profile) return profile;
  throw refused([{ pointer: '/provider', detail: 'is not in the catalogue: see GET /v1/providers' }]);
}

/** An integration as it begins: a draft, with the profile's defaults. */
export function newIntegration(
  id: string,
  profile: ProviderProfile,
): Omit<Integration, 'workspaceId' | 'version' | 'createdAt' | 'updatedAt' | 'pausedReason'> {
  return {
    id,
    provider: profile.id,
    name: profile.name,
    state: 'draft',
    clientId: null,
    tokenEndpointAuthMethod: profile.client_authentication.methods[0]!,
    scopes: [],
    returnUrls: [],
    refreshPolicy: 'ahead',
    confirmation: true,
    settings: {},
    limits: {},
  };
}

type Changeable = Pick<
  Integration,
  | 'name'
  | 'clientId'
  | 'tokenEndpointAuthMethod'
  | 'scopes'
  | 'returnUrls'
  | 'refreshPolicy'
  | 'confirmation'
  | 'settings'
  | 'limits'
>;

/** The columns that a change gives; what it leaves out stays. */
export function columnsOf(change: UpdateIntegration): Partial<Changeable> {
  const columns: Partial<Changeable> = {
    name: change.name,
    clientId: change.client_id,
    tokenEndpointAuthMethod: change.token_endpoint_auth_method,
    scopes: change.scopes,
    returnUrls: change.return_urls,
    refreshPolicy: change.refresh_policy,
    confirmation: change.confirmation,
    settings: change.settings,
    limits: change.limits,
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}

/** The fields that a change gives, or all, as they are now; secrets are none of them. */
export function shownOf(integration: Changeable, change?: UpdateIntegration): Record<string, unknown> {
  const shown: Record<string, unknown> = {
    name: integration.name,
    client_id: integration.clientId,
    token_endpoint_auth_method: integration.tokenEndpointAuthMethod,
    scopes: integration.scopes,
    refresh_policy: integration.refreshPolicy,
    return_urls: integration.returnUrls,
    confirmation: integration.confirmation,
    settings: integration.settings,
    limits: integration.limits,
  };
  return change ? Object.fromEntries(Object.entries(shown).filter(([name]) => name in change)) : shown;
}

/** Refuses what does not fit together. `hasSecret`: one is stored or comes with the change. */
export function checkClient(
  { clientId, tokenEndpointAuthMethod: method }: Pick<Integration, 'clientId' | 'tokenEndpointAuthMethod'>,
  profile: ProviderProfile,
  hasSecret: boolean,
): void {
  const { methods } = profile.client_authentication;
  const faults: Fault[] = [];
  if (!(methods as readonly string[]).includes(method) || method === 'private_key_jwt')
    faults.push({
      pointer: '/token_endpoint_auth_method',
      detail: `${profile.name} takes ${methods.filter((one) => one !== 'private_key_jwt').join(' or ')}`,
    });
  if (clientId !== null && method !== 'none' && !hasSecret)
    faults.push({ pointer: '/client_secret', detail: `is needed for ${method}` });
  if (faults.length > 0) throw refused(faults);
}

export function refused(errors: readonly Fault[]): Problem {
  return new Problem('invalid-request', 'Some values are not as they must be; see errors.', { errors });
}
