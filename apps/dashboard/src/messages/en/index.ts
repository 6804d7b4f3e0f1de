import { approvals } from './approvals.js';
import { chips } from './chips.js';
import { connection } from './connection.js';
import { connections } from './connections.js';
import { access } from './access.js';
import { apiKeys } from './api-keys.js';
import { common } from './general.js';
import { freeze, killSwitch, newKillSwitch, revocation } from './kill-switch.js';
import { leakedToken } from './leaked-token.js';
import { actors, decision, selection } from './selection.js';
import { shell } from './shell.js';
import { states } from './states.js';

export const en = {
  ...common,
  shell,
  states,
  ...{ approvals, leakedToken },
  ...{ killSwitch, newKillSwitch, revocation, freeze },
  ...{ selection, actors, decision },
};
export const en = { ...common, shell, states, chips, connections, connection };
export const en = { ...common, shell, states, access, apiKeys };
import { members } from './members.js';
import { shell } from './shell.js';
import { states } from './states.js';

export const en = { ...common, shell, states, access, apiKeys, members };
