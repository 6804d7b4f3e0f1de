export { withMetadata } from './custom-settings.js';
export type { SettingsOutcome } from './parse-settings.js';
export { parseProfile, type ProfileInput, profileSchema, type ProviderProfile } from './profile-schema.js';
export { ProviderCatalogue, type ProviderCatalogueOptions } from './provider-catalogue.js';
export { type ProfileFault, ProviderError, type ProviderErrorCode } from './provider-error.js';
export { type ProviderView, providerView, providerViewSchema } from './provider-view.js';
export { providerKeyOf, requestLimitsOf } from './request-limits-of.js';
export type { ResolvedProvider } from './resolved-provider.js';
export {
  type RevocationSupport,
  revocationSupportSchema,
  supportOf,
  takesTokenOf,
} from './revocation-support.js';
export { type Rotation, rotationSchema } from './rotation-schema.js';
