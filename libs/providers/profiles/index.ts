import type { ProfileInput } from '../profile-schema.js';
import { atlassian } from './atlassian.js';
import { custom } from './custom.js';
import { github } from './github.js';
import { google } from './google.js';
import { microsoft } from './microsoft.js';
import { sandbox } from './sandbox.js';
import { slack } from './slack.js';

/** Every profile of this build: a new provider is a new file and a line here. */
export const profiles: readonly ProfileInput[] = [
  atlassian,
  custom,
  github,
  google,
  microsoft,
  sandbox,
  slack,
];
