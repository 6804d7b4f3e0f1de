import { bootService } from '#platform';
import { EngineService } from '../../apps/refresh-worker/refreshing/engine.service.js';
import { RefreshWorkerConfig } from '../../apps/refresh-worker/refresh-worker.config.js';
import { RefreshWorkerModule } from '../../apps/refresh-worker/refresh-worker.module.js';

/** refresh-worker as it is; only that it keeps how long each refresh took, and tells its parent when asked. */
const config = new RefreshWorkerConfig();
const app = await bootService({
  service: 'refresh-worker',
  module: RefreshWorkerModule.with(config),
  config,
});
let took: number[] = [];
const engine = app.get(EngineService, { strict: false });
const refresh = engine.refresh.bind(engine);
engine.refresh = async (...of) => {
  const begun = performance.now();
  const end = await refresh(...of);
  if (end.outcome === 'refreshed') took.push(performance.now() - begun);
  return end;
};
process.on('message', () => {
  process.send!(took);
  took = [];
});
process.on('disconnect', () => process.exit());
process.send!(await app.getUrl());
