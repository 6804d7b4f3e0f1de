export interface ReadinessIndicator {
  name: string;
  /** Rejects where the dependency is gone; may answer that it is only `degraded`. */
  check: () => Promise<'ok' | 'degraded' | void>;
  /** Without a critical one the service is not ready (503); without another it is degraded (200). */
  critical: boolean;
}

/** What readiness depends on; services add theirs at start. */
export class ReadinessIndicators {
  readonly registered: ReadinessIndicator[] = [];
  /** Set at shutdown, so that no new request is sent here. */
  leaving = false;

  register(indicator: ReadinessIndicator): void {
    this.registered.push(indicator);
  }
}
