/** What services are put together from: the one place where our libraries meet. */
export { ApiAccessModule, type MachineAccess } from './api-access.module.js';
export { WorkloadAudience } from './workload-audience.js';
export { IdTokens } from './id-tokens.js';
export { OutboundModule, outboundSettings, type OutboundConfig } from './outbound.module.js';
export { Approvals, type ApprovalObstacle, type ApprovalWish } from './approvals.js';
export { approvalHash, type ApprovalPurpose } from './approval-hash.js';
export { StoresModule, type StoresOptions } from './stores.module.js';
export { TokenCustodyModule, tokenCustodySettings, type TokenCustodyConfig } from './token-custody.module.js';
