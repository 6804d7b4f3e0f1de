import { access } from './access.js';
import { apiKeys } from './api-keys.js';
import { approvals } from './approvals.js';
import { audit } from './audit.js';
import { chips } from './chips.js';
import { connectLink, connectLinks } from './connect-links.js';
import { connection } from './connection.js';
import { connections } from './connections.js';
import { common } from './general.js';
import { integrations } from './integrations.js';
import { jobs } from './jobs.js';
import { killSwitch, newKillSwitch, revocation, freeze } from './kill-switch.js';
import { leakedToken } from './leaked-token.js';
import { members } from './members.js';
import { objects } from './objects.js';
import { overview } from './overview.js';
import { range } from './range.js';
import { selection, actors, decision } from './selection.js';
import { settings } from './settings.js';
import { shell } from './shell.js';
import { signals } from './signals.js';
import { steps, start } from './start.js';
import { states } from './states.js';

export const en = {
  ...common,
  access,
  actors,
  apiKeys,
  approvals,
  audit,
  chips,
  connectLink,
  connectLinks,
  connection,
  connections,
  decision,
  freeze,
  integrations,
  jobs,
  killSwitch,
  leakedToken,
  members,
  newKillSwitch,
  objects,
  overview,
  range,
  revocation,
  selection,
  settings,
  shell,
  signals,
  start,
  states,
  steps,
};
