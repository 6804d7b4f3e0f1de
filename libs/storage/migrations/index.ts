import { AddTagsAndRotation1763683200023 } from './add-tags-and-rotation.js';
import { CountSettlings1763683200028 } from './count-settlings.js';
import { CreateConnections1763683200003 } from './create-connections.js';
import { CreateDashboardLists1763683200025 } from './create-dashboard-lists.js';
import { CreateIntegrations1763683200002 } from './create-integrations.js';
import { CreateKillSwitch1763683200009 } from './create-kill-switch.js';
import { CreateOverviewCounts1763683200024 } from './create-overview-counts.js';
import { CreatePeople1763683200008 } from './create-people.js';
import { CreateReadAttribution1763683200013 } from './create-read-attribution.js';
import { CreateReaper1763683200019 } from './create-reaper.js';
import { CreateRefresh1763683200004 } from './create-refresh.js';
import { CreateRefreshEngine1763683200006 } from './create-refresh-engine.js';
import { CreateRefreshSchedule1763683200007 } from './create-refresh-schedule.js';
import { CreateRevocations1763683200005 } from './create-revocations.js';
import { CreateSecurityEventSubscribers1763683200018 } from './create-security-event-subscribers.js';
import { CreateSecurityEvents1763683200012 } from './create-security-events.js';
import { CreateSubscriberLanes1763683200029 } from './create-subscriber-lanes.js';
import { CreateTellingLanes1763683200020 } from './create-telling-lanes.js';
import { CreateTokenLookups1763683200011 } from './create-token-lookups.js';
import { CreateVerification1763683200010 } from './create-verification.js';
import { CreateWorkspaces1763683200001 } from './create-workspaces.js';
import { EndUndecidedJobs1763683200030 } from './end-undecided-jobs.js';
import { IndexDashboardFilters1763683200026 } from './index-dashboard-filters.js';
import { IndexSessions1763683200027 } from './index-sessions.js';
import { LetAdminTellOfIncidents1763683200031 } from './let-admin-tell-of-incidents.js';

/** Every migration, oldest first. Append; never edit one that was merged. */
export const migrations = [
  CreateWorkspaces1763683200001,
  CreateIntegrations1763683200002,
  CreateConnections1763683200003,
  CreateRefresh1763683200004,
  CreateRevocations1763683200005,
  CreateRefreshEngine1763683200006,
  CreateRefreshSchedule1763683200007,
  CreatePeople1763683200008,
  CreateKillSwitch1763683200009,
  CreateVerification1763683200010,
  CreateTokenLookups1763683200011,
  CreateSecurityEvents1763683200012,
  CreateReadAttribution1763683200013,
  CreateSecurityEventSubscribers1763683200018,
  CreateReaper1763683200019,
  CreateTellingLanes1763683200020,
  AddTagsAndRotation1763683200023,
  CreateOverviewCounts1763683200024,
  CreateDashboardLists1763683200025,
  IndexDashboardFilters1763683200026,
  IndexSessions1763683200027,
  CountSettlings1763683200028,
  CreateSubscriberLanes1763683200029,
  EndUndecidedJobs1763683200030,
  LetAdminTellOfIncidents1763683200031,
];
