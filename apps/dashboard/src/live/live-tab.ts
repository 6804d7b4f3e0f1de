import { ApiProblem } from '../api/problem.js';
import { keepSession, renewSession } from '../api/client.js';
import { liveFrames, type LiveFrame, type LiveMessage } from './live-frames.js';

/** Between tabs: what was read, up to which position; whether somebody reads; and a new tab's question for that. */
type Told =
  | (LiveMessage & { position: number })
  | { kind: 'status'; workspace: string; status: 'on' | 'off'; position: number | undefined }
  | { kind: 'hello'; workspace: string };

/** How a stream ended: by the server's word, without one, or before it began. */
type End = Extract<LiveFrame, { event: 'session-ended' }>['reason'] | 'closed' | 'lost' | 'forbidden';

const retryMs = 2_000;
const longestRetryMs = 30_000;

/** A tab's part in reading: reader for all tabs, or told by the one that is. */
export class LiveTab {
  private readonly channel = new BroadcastChannel('evergrant.live');
  private lead: AbortController | undefined;
  private isLeading = false;
  private hasMissed = false;
  private hasGivenUp = false;
  /** Of the last event told of: where the next stream goes on. */
  private position: number | undefined;

  constructor(
    private readonly workspace: string,
    private readonly page: {
      deliver: (message: LiveMessage) => void;
      setStatus: (status: 'on' | 'off') => void;
      status: () => 'on' | 'off';
    },
    private readonly stopped: AbortSignal,
  ) {
    this.channel.onmessage = ({ data }: MessageEvent<Told>) => this.hear(data);
  }

  readonly compete = (): void => {
    this.lead?.abort();
    if (document.hidden || this.stopped.aborted) return;
    this.channel.postMessage({ kind: 'hello', workspace: this.workspace } satisfies Told);
    if (this.hasMissed) this.page.deliver({ kind: 'gap', workspace: this.workspace });
    this.hasMissed = false;
    const { signal } = (this.lead = new AbortController());
    void navigator.locks
      .request(`evergrant.live.${this.workspace}`, { signal }, () => this.read(signal))
      .catch(() => {});
  };

  /** Somebody signed in after all. */
  readonly resume = (): void => {
    if (this.hasGivenUp) this.compete();
  };

  leave(): void {
    this.lead?.abort();
    this.channel.close();
  }

  private hear(told: Told): void {
    if (told.workspace !== this.workspace) return;
    if (told.kind === 'hello') {
      if (this.isLeading) this.tellStatus(this.page.status());
      return;
    }
    if (told.kind === 'status') {
      this.position ??= told.position;
      return this.page.setStatus(told.status);
    }
    this.position = told.position;
    this.page.setStatus('on');
    if (document.hidden) this.hasMissed = true;
    else this.page.deliver(told);
  }

  private tell(message: LiveMessage, position: number): void {
    this.position = position;
    this.channel.postMessage({ ...message, position } satisfies Told);
    this.page.deliver(message);
  }

  private report(next: 'on' | 'off'): void {
    if (this.stopped.aborted) return;
    this.page.setStatus(next);
    this.tellStatus(next);
  }

  private tellStatus(status: 'on' | 'off'): void {
    const { workspace, position } = this;
    this.channel.postMessage({ kind: 'status', workspace, status, position } satisfies Told);
  }

  private async read(signal: AbortSignal): Promise<void> {
    this.isLeading = true;
    this.hasGivenUp = false;
    for (let waitMs = retryMs; !signal.aborted;) {
      const end = await this.readOnce(signal, () => (waitMs = retryMs));
      // Handed on to the next tab: that one says how it goes.
      if (signal.aborted) break;
      this.report('off');
      this.hasGivenUp = await isFinal(end);
      if (this.hasGivenUp) break;
      await sleep(waitMs, signal);
      if (end === 'lost') waitMs = Math.min(2 * waitMs, longestRetryMs);
    }
    this.isLeading = false;
  }

  private async readOnce(signal: AbortSignal, onFrame: () => void): Promise<End> {
    let end: End = 'closed';
    try {
      for await (const frame of liveFrames(this.workspace, this.position, signal)) {
        onFrame();
        if (frame.event === 'session-ended') end = frame.reason;
        else this.take(frame);
      }
    } catch (thrown) {
      const { slug, isForbidden } = ApiProblem.from(thrown);
      if (slug === 'not-signed-in') return 'session';
      return isForbidden ? 'forbidden' : 'lost';
    }
    return end;
  }

  private take(frame: Exclude<LiveFrame, { event: 'session-ended' }>): void {
    const { workspace } = this;
    if (frame.event === 'open') {
      this.position ??= frame.position;
      this.report('on');
    } else if (frame.event === 'gap') {
      this.tell({ kind: 'gap', workspace }, frame.position);
    } else {
      const { count, counts, events: latest, position } = frame;
      this.tell({ kind: 'batch', workspace, batch: { count, counts, latest } }, position);
    }
  }
}

/**
 * Whether there is no reading on. A session may have ended because a sign-in, here or in another tab, began the next;
 * where it is over, this says so now and not at the next click. Of rights that changed: which are left.
 */
async function isFinal(end: End): Promise<boolean> {
  if (end === 'closed' || end === 'lost') return false;
  if (end === 'forbidden') return true;
  try {
    await (end === 'session' ? keepSession() : renewSession());
  } catch (thrown) {
    if (end === 'session') return ApiProblem.from(thrown).slug === 'not-signed-in';
  }
  return end !== 'session';
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
