import { ApiProblem } from '../api/problem.js';
import { renewSession } from '../api/client.js';
import { requestSignIn } from '../api/session-state.js';
import { liveFrames, type LiveFrame, type LiveMessage } from './live-frames.js';

/** Between tabs: what was read, up to which position; whether somebody reads; and a new tab's question for that. */
type Told =
  | (LiveMessage & { position: number })
  | { kind: 'status'; workspace: string; status: 'on' | 'off' }
  | { kind: 'hello'; workspace: string };

const retryMs = 2_000;
const longestRetryMs = 30_000;

/** A tab's part in reading: reader for all tabs, or told by the one that is. */
export class LiveTab {
  private readonly channel = new BroadcastChannel('evergrant.live');
  private lead: AbortController | undefined;
  private isLeading = false;
  private hasMissed = false;
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

  leave(): void {
    this.lead?.abort();
    this.channel.close();
  }

  private hear(told: Told): void {
    if (told.workspace !== this.workspace) return;
    if (told.kind === 'hello') {
      if (this.isLeading)
        this.channel.postMessage({ kind: 'status', workspace: this.workspace, status: this.page.status() });
      return;
    }
    if (told.kind === 'status') return this.page.setStatus(told.status);
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
    this.channel.postMessage({ kind: 'status', workspace: this.workspace, status: next } satisfies Told);
  }

  private async read(signal: AbortSignal): Promise<void> {
    this.isLeading = true;
    let waitMs = retryMs;
    for (let isOver = false; !isOver && !signal.aborted;) {
      try {
        for await (const frame of liveFrames(this.workspace, this.position, signal)) {
          waitMs = retryMs;
          if (frame.event === 'session-ended') isOver = await isEndFinal(frame.reason);
          else this.take(frame);
        }
      } catch (thrown) {
        const { slug, status: code } = ApiProblem.from(thrown);
        if (slug === 'not-signed-in') isOver = await isEndFinal('session');
        else if (code === 403) isOver = true;
        else waitMs = Math.min(2 * waitMs, longestRetryMs);
      }
      this.report('off');
      if (!isOver) await sleep(waitMs, signal);
    }
    this.isLeading = false;
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

/** The session was ended elsewhere: say so now, not at the next click. Of rights that changed: see which are left. */
async function isEndFinal(reason: string): Promise<boolean> {
  if (reason !== 'session') {
    await renewSession().catch(() => {});
    return true;
  }
  const problem = new ApiProblem('not-signed-in', 401, 'Nobody is signed in', undefined, [], undefined, {});
  try {
    await requestSignIn({ why: 'ended' }, problem);
    await renewSession();
    return false;
  } catch {
    return true;
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
