import type { ModelDatabase } from './model-database.js';
import type { ModelProvider } from './model-provider.js';
import type { World } from './world.js';

/** What a worker lives among. */
export interface Surroundings {
  world: World;
  provider: ModelProvider;
  database: ModelDatabase;
  /** Whether the database can be reached at all. */
  databaseIsUp: () => boolean;
  /** Told where an answer will not reach its worker in time, or says nothing. */
  onAnswerLost: () => void;
  /** How likely each thing that a network does is, right now; 0 in quiet times. */
  unrest: () => number;
}
