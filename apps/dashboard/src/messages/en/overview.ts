const plural = (count: number, text: string, one: string, many: string): string =>
  `${text} ${count === 1 ? one : many}`;

/** Numbers come twice: to choose the word by, and as they are shown. */
export const overview = {
  title: 'Overview',
  status: {
    none: 'Nothing is connected yet.',
    well: (count: number, text: string) =>
      `${plural(count, text, 'connection is', 'connections are')} active and nothing needs you.`,
    users: (count: number, text: string) =>
      `${plural(count, text, 'connection waits', 'connections wait')} for the user to connect again`,
    degraded: (count: number, text: string) =>
      plural(count, text, 'fails to renew and is tried again', 'fail to renew and are tried again'),
    incidents: (count: number, text: string) =>
      plural(count, text, 'incident holds renewals back', 'incidents hold renewals back'),
    approvals: (count: number, text: string) =>
      plural(count, text, 'request waits for approval', 'requests wait for approval'),
    join: (parts: string[]) => `${parts.join('; ')}.`,
  },
  figures: {
    label: 'What needs attention',
    needs_reauthorization: 'Needs re-authorization',
    degraded: 'Degraded',
    incidents: 'Incidents and breakers',
    approvals: 'Approvals waiting',
  },
  firstSteps: {
    title: 'Start here',
    text: 'Nothing is connected yet. From nothing to a live token in the sandbox takes about two minutes.',
    action: 'First steps',
  },
  part: {
    asTable: (question: string) => `Show as table: ${question}`,
    asChart: (question: string) => `Show as chart: ${question}`,
    other: 'Other',
    total: 'Total',
    noChart: 'The chart could not be loaded. These are its numbers.',
    key: 'Key',
  },
  states: {
    question: 'What is unhealthy?',
    summary: (active: string, total: string, unhealthy: number, text: string) =>
      `${active} of ${total} are active; ${plural(unhealthy, text, 'is', 'are')} not.`,
    well: (total: string) => `${total} connections, none of them unhealthy.`,
    calm: 'Nothing is unhealthy',
    empty: 'No connections yet',
    state: 'State',
    count: 'Connections',
    caption: 'Connections by state, revoked ones left out',
  },
  renewals: {
    question: 'Do renewals work?',
    none: 'No renewal was due in the last 24 hours.',
    well: (count: number, text: string) =>
      count === 1
        ? 'The only renewal of the last 24 hours worked.'
        : `All ${text} renewals of the last 24 hours worked.`,
    summary: (success: string, failed: number, text: string, worst: string) =>
      `${success} worked in the last 24 hours; ${plural(failed, text, 'failed', 'failed')}, mostly: ${worst}.`,
    notCounted: (count: number, text: string) =>
      plural(count, text, 'event is not counted yet.', 'events are not counted yet.'),
    calm: 'No renewal failed',
    empty: 'No renewals in 24 hours',
    caption: (zone: string) =>
      `Failures an hour, last 24 hours (${zone}). A click shows connections that fail now, whatever the hour.`,
    leadsTo: {
      both: 'Connections that are degraded or need re-authorization now, whatever the hour',
      degraded: 'Connections that are degraded now, whatever the cause',
      needs_reauthorization: 'Connections that need re-authorization now, whatever the hour',
    },
    hour: 'Hour',
    renewed: 'Renewed',
    failed: 'Failed',
    classes: {
      REAUTHORIZE: 'Consent is gone',
      CLIENT_CONFIG: 'Client refused',
      THROTTLED: 'Throttled',
      TRANSIENT: 'Provider trouble',
      AMBIGUOUS: 'No clear answer',
      PROTOCOL: 'Answer not understood',
    } as Record<string, string>,
  },
  providers: {
    question: 'Which provider hurts?',
    none: 'No provider was asked in the last 24 hours.',
    incident: (providers: string) => `An incident is open at ${providers}.`,
    slowest: (provider: string, p95: string, success: string) =>
      `${provider} is the slowest: p95 ${p95}, ${success} renewed.`,
    empty: 'No renewals in 24 hours',
    others: (count: number, text: string) => plural(count, text, 'more is not shown.', 'more are not shown.'),
    provider: 'Provider',
    success: 'Renewed',
    latency: 'p50–p95, ms',
    latencyOf: (p50: string, p95: string) => `${p50}–${p95}`,
    kinds: { refusals: 'Refuses', outage: 'Outage' } as Record<string, string>,
    caption: 'The 8 worst of the last 24 hours; the bar is p50 to p95',
  },
  due: {
    question: 'What falls due?',
    none: 'No access token that is renewed ahead ends within 72 hours.',
    summary: (count: number, text: string, when: string) =>
      `${plural(count, text, 'access token ends', 'access tokens end')} within 72 hours, most in the hour from ${when}.`,
    overdue: (count: number, text: string) => plural(count, text, 'is overdue.', 'are overdue.'),
    empty: 'Nothing falls due within 72 hours',
    overdueBin: 'Overdue',
    now: 'now',
    caption: (zone: string) =>
      `Access tokens renewed ahead, by the hour they end, next 72 hours (${zone}). Lists of them hold what is renewed only when read, too.`,
    from: 'From',
    count: 'Access tokens',
  },
  consents: {
    question: 'Who must consent again?',
    none: 'Nobody must consent again within 30 days.',
    summary: (count: number, text: string, provider: string) =>
      `${plural(count, text, 'connection needs', 'connections need')} a new consent within 30 days, most of them at ${provider}.`,
    empty: 'Nobody within 30 days',
    caption: 'Connections a day, next 30 days (UTC)',
    day: 'Day',
  },
  lag: {
    question: 'Does it keep up?',
    well: 'Renewals, events and revocations are within their objectives.',
    late: (what: string, lag: string, objective: string) => `${what}: ${lag} late, objective ${objective}.`,
    was: (what: string, lag: string) => `Within objectives now; ${what} were ${lag} late at worst.`,
    empty: 'Nothing measured yet',
    caption: (zone: string) => `Seconds that what waits longest is late, last 6 hours (${zone})`,
    lines: { renewal_ms: 'Renewals', outbox_ms: 'Events', revocation_ms: 'Revocations' },
    objective: (text: string) => `objective ${text}`,
    eventsObjective: (text: string) => `events ${text}`,
    at: 'Minute',
    latest: (text: string) => `${text} late`,
  },
  heldBack: {
    title: 'Incidents and breakers',
    none: 'No provider incident is open, no integration is paused.',
    kinds: { refusals: 'refuses many renewals', outage: 'does not answer' } as Record<string, string>,
    since: 'since',
    paused: 'paused',
    connections: 'Connections',
  },
  events: {
    title: 'Events',
    waiting: (text: string) => `${text} new`,
    showWaiting: (text: string) => `Show ${text} new events`,
    pause: 'Pause',
    resume: 'Resume',
    rate: (text: string) => `${text} a second; the latest of them are shown`,
    empty: 'No events yet',
    emptyDetail: 'Renewals, revocations and the like appear here as they happen.',
    times: (zone: string) => `Times in ${zone}`,
    off: 'Not live. What is here may be old.',
    paused: 'Paused',
    held: 'Held while you read',
    by: 'at',
    types: {
      'connection.authorized': 'Connected',
      'connection.degraded': 'Degraded',
      'connection.recovered': 'Recovered',
      'connection.needs_reauthorization': 'Needs re-authorization',
      'connection.reauthorize_soon': 'Consent ends soon',
      'connection.paused': 'Paused',
      'connection.resumed': 'Resumed',
      'connection.quarantined': 'Quarantined',
      'connection.expired': 'Expired',
      'connection.revoking': 'Revoking',
      'connection.revoked': 'Revoked',
      'connection.revocation_confirmed': 'Revocation confirmed',
      'connection.revocation_failed': 'Revocation failed',
      'connection.erased': 'Erased',
      'connection.anomaly_detected': 'Unusual reads',
      'token.refreshed': 'Renewed',
      'token.refresh_failed': 'Renewal failed',
      'token.leak_reported': 'Leak reported',
      'integration.paused': 'Integration paused',
      'integration.resumed': 'Integration resumed',
      'provider.incident_opened': 'Incident opened',
      'provider.incident_closed': 'Incident closed',
      'security_event.received': 'Signal received',
      'end_user.removed': 'End user removed',
    } as Record<string, string>,
  },
};
