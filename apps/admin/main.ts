import { bootService } from '#platform';
import { AdminConfig } from './admin.config.js';
import { AdminModule } from './admin.module.js';

const config = new AdminConfig();
await bootService({ service: 'admin', title: 'Evergrant admin', module: AdminModule.with(config), config });
