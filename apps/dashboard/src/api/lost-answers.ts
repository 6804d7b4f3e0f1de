const keptMs = 600_000;

/**
 * The idempotency keys of POSTs whose answer never came: the same one, sent again by hand, is done once. Of a request
 * only a digest is kept: its body may hold a secret.
 */
export class LostAnswers {
  private readonly lost = new Map<string, { key: string; until: number }>();

  async digestOf(path: string, workspace: string, body: BufferSource): Promise<string> {
    const parts = [path, workspace, hex(await crypto.subtle.digest('SHA-256', body))];
    return hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(parts))));
  }

  /** The one that it went out with, where that was not answered; else a new one. */
  keyOf(digest: string): string {
    const now = Date.now();
    for (const [each, { until }] of this.lost) if (until <= now) this.lost.delete(each);
    return this.lost.get(digest)?.key ?? crypto.randomUUID();
  }

  keep(digest: string, key: string): void {
    this.lost.set(digest, { key, until: Date.now() + keptMs });
  }

  /** It was done, and is told so: whoever asks for the same once more means another one. */
  forget(digest: string): void {
    this.lost.delete(digest);
  }
}

const hex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
