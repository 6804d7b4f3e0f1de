import { common } from './general.js';
import { shell } from './shell.js';
import { states } from './states.js';

export const en = { ...common, shell, states };
