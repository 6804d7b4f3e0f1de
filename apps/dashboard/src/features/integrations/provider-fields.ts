import { t } from '../../messages/index.js';
import type { Provider } from '../../api/providers.query.js';

/** A provider’s field of an integration. */
export interface ProviderField {
  name: string;
  label: string;
  description: string | null;
  isRequired: boolean;
  pattern: string | null;
  example: string | null;
  /** Few need it: folded. */
  isAdvanced: boolean;
}

/** What the catalogue does not list of a custom server: all of it is optional where an issuer tells the rest. */
export const discoveredFields = [
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'introspection_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
] as const;

/** Everything that an issuer’s metadata filled in: old once there is another issuer. */
export const discoveredSettings: readonly string[] = [
  ...discoveredFields,
  'openid',
  'authorization_response_iss_parameter_supported',
  'code_challenge_methods_supported',
  'id_token_signing_alg_values_supported',
];

/** The fields to ask for: the profile’s, and a custom server’s own. */
export function fieldsOf(provider: Provider): readonly ProviderField[] {
  if (provider.id !== 'custom')
    return provider.settings.map((setting) => ({
      ...setting,
      isRequired: setting.required,
      isAdvanced: false,
    }));
  const words = t.integrations.custom;
  return (['issuer', ...discoveredFields] as const).map((name) => ({
    name,
    label: words.labels[name],
    description: name === 'issuer' ? words.issuerHint : null,
    isRequired: false,
    pattern: null,
    example: name === 'issuer' ? 'https://id.example.com' : null,
    isAdvanced: name !== 'issuer',
  }));
}

/** Whether it takes more than fields can say: those settings are edited as JSON. */
export function takesOtherSettings({ id }: Pick<Provider, 'id'>): boolean {
  return id === 'custom' || id === 'sandbox';
}
