import type { DataDirectory } from './data-directory.js';
import type { PortPlan } from './port-plan.js';
import type { Secrets } from './secrets.js';
import type { StartSettings } from './settings.js';
import type { Steps } from './steps.js';
import type { System } from './system.js';

/** What every step of a start works with. */
export interface StartContext {
  readonly settings: StartSettings;
  readonly env: NodeJS.ProcessEnv;
  readonly data: DataDirectory;
  readonly ports: PortPlan;
  readonly secrets: Secrets;
  readonly steps: Steps;
  readonly system: System;
}
