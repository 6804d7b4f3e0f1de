import { bootService } from '#platform';
import { RefreshWorkerConfig } from './refresh-worker.config.js';
import { RefreshWorkerModule } from './refresh-worker.module.js';

const config = new RefreshWorkerConfig();
await bootService({ service: 'refresh-worker', module: RefreshWorkerModule.with(config), config });
