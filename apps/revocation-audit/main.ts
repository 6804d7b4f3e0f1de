import { bootService } from '#platform';
import { RevocationAuditConfig } from './revocation-audit.config.js';
import { RevocationAuditModule } from './revocation-audit.module.js';

const config = new RevocationAuditConfig();
await bootService({
  service: 'revocation-audit',
  title: 'Evergrant revocation-audit',
  module: RevocationAuditModule.with(config),
  config,
});
