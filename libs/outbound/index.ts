export { addressKind, type AddressKind } from './address-kind.js';
export { toResponse, type OutboundAnswer } from './answer.js';
export type { ResolvedAddress, Resolver } from './guarded-connector.js';
export {
  OutboundClient,
  type FetchDefaults,
  type FetchInit,
  type OutboundClientOptions,
  type OutboundFetch,
} from './outbound-client.js';
export { OutboundError, type OutboundErrorCode, type OutboundPhase } from './outbound-error.js';
export { OutboundPolicyError } from './outbound-policy.js';
export type { OutboundRequest } from './outgoing-request.js';
