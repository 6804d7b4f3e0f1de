import { access } from './access.js';
import { apiKeys } from './api-keys.js';
import { approvals } from './approvals.js';
import { chips } from './chips.js';
import { connection } from './connection.js';
import { connections } from './connections.js';
import { common } from './general.js';
import { killSwitch, newKillSwitch, revocation, freeze } from './kill-switch.js';
import { leakedToken } from './leaked-token.js';
import { members } from './members.js';
import { selection, actors, decision } from './selection.js';
import { connectLink, connectLinks } from './connect-links.js';
import { common } from './general.js';
import { integrations } from './integrations.js';
import { settings } from './settings.js';
import { shell } from './shell.js';
import { start, steps } from './start.js';
import { states } from './states.js';

export const en = {
  ...common,
  access,
  actors,
  apiKeys,
  approvals,
  chips,
  connection,
  connections,
  decision,
  freeze,
  killSwitch,
  leakedToken,
  members,
  newKillSwitch,
  revocation,
  selection,
  shell,
  states,
};
import { overview } from './overview.js';
import { audit } from './audit.js';
import { common } from './general.js';
import { jobs } from './jobs.js';
import { objects } from './objects.js';
import { range } from './range.js';
import { shell } from './shell.js';
import { signals } from './signals.js';
import { states } from './states.js';

export const en = { ...common, overview, shell, states };
export const en = { ...common, shell, states, connectLink, connectLinks, integrations, start, steps };
export const en = { ...common, shell, states, audit, jobs, objects, range, signals };
export const en = { ...common, shell, states, access, apiKeys, members, settings };
