import { bootService } from '#platform';
import { AuthFlowConfig } from './auth-flow.config.js';
import { AuthFlowModule } from './auth-flow.module.js';

const config = new AuthFlowConfig();
await bootService({
  service: 'auth-flow',
  title: 'Evergrant auth-flow',
  module: AuthFlowModule.with(config),
  config,
});
