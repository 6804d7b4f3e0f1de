/** How fast a backlog may be drained: so many refreshes a second, saved up for no more than a few seconds. */
export class BacklogBudget {
  private left = 0;
  private at: number | undefined;

  /** `perSecond` may change between calls. Answers how many may go now. */
  refill(perSecond: number, nowMs: number): number {
    const passedMs = this.at === undefined ? 1_000 : nowMs - this.at;
    this.at = nowMs;
    this.left = Math.min(this.left + (perSecond * passedMs) / 1_000, perSecond * savedSeconds);
    return Math.floor(this.left);
  }

  spend(count: number): void {
    this.left -= count;
  }
}

const savedSeconds = 2;
