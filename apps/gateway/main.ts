import { bootService } from '#platform';
import { GatewayConfig } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';

const config = new GatewayConfig();
await bootService({ service: 'gateway', module: GatewayModule.with(config), config, openApi: false });
