import { ensureBuilt } from './build.mjs';
import { ensureDashboardBuilt } from './build-dashboard.mjs';
import { PrepareError } from './failure.mjs';
import { ensureInstalled } from './install.mjs';
import { findWantedNode, handOver, onWantedNode, refuseAncientNode } from './node-24.mjs';
import { createSteps } from './steps.mjs';

/**
 * What every command of ours needs, from an empty clone on: packages, Node 24, and the compiled sources.
 * This folder runs on the machine's own Node without a single package installed.
 * @param {(steps: import('./steps.mjs').Steps) => Promise<void>} command runs on Node 24 once all is there
 * @param {{ build?: boolean }} [options]
 */
export async function prepared(command, { build = true } = {}) {
  const steps = createSteps();
  try {
    refuseAncientNode();
    await ensureInstalled(steps);
    if (!onWantedNode()) await handOver(findWantedNode());
    if (build) {
      await ensureBuilt(steps);
      await ensureDashboardBuilt(steps);
    }
    await command(steps);
  } catch (error) {
    if (!(error instanceof PrepareError) && error?.name !== 'StartError') throw error;
    console.error(`\n${error.message}`);
    process.exit(1);
  }
}
