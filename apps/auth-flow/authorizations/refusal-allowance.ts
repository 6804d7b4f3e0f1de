const perMinute = 20;
const minuteMs = 60_000;
const mostKept = 10_000;

/**
 * How many callbacks of strangers are written into one integration's audit log: anybody who knows a redirect URI can
 * send some, and must not be able to drown the log in them. Per process.
 */
export class RefusalAllowance {
  private readonly used = new Map<string, { minute: number; count: number }>();

  /** True while this minute's allowance lasts. */
  take(integrationId: string, now: number): boolean {
    const minute = Math.floor(now / minuteMs);
    const entry = this.used.get(integrationId);
    if (entry?.minute === minute) return ++entry.count <= perMinute;
    if (this.used.size >= mostKept) this.used.clear();
    this.used.set(integrationId, { minute, count: 1 });
    return true;
  }
}
