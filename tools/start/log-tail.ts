import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs';

const POLL_MS = 400;
const LARGEST_LOG = 20 * 1024 * 1024;
const CHUNK = 64 * 1024;
/** The same words of one service are shown once in this time. */
const REPEAT_MS = 10_000;

/** A log that grew large is set aside, one generation, before its service opens it again. */
export function rotateLog(path: string): void {
  if (sizeOf(path) > LARGEST_LOG) renameSync(path, `${path}.1`);
}

/** Reads the services' log files as they grow and reports warnings and errors. */
export class LogTail {
  private readonly files = new Map<string, { path: string; offset: number; rest: string }>();
  private readonly shown = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly report: (line: string) => void) {
    this.timer = setInterval(() => this.read(), POLL_MS);
  }

  /** From now on; what is in the file already is an earlier run's. */
  follow(name: string, path: string): void {
    this.files.set(name, { path, offset: sizeOf(path), rest: '' });
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private read(): void {
    for (const [name, file] of this.files) {
      const text = file.rest + readFrom(file);
      const lines = text.split('\n');
      file.rest = lines.pop() ?? '';
      for (const line of lines) this.show(name, line);
    }
  }

  private show(name: string, line: string): void {
    const words = noteworthy(line);
    if (words === undefined) return;
    const text = `${name}: ${words}`;
    const now = performance.now();
    if (now - (this.shown.get(text) ?? -Infinity) < REPEAT_MS) return;
    this.shown.set(text, now);
    this.report(text);
  }
}

const shownLevels = ['warn', 'error', 'fatal'];

/** What a log line says to a person, where it is a warning or worse (pino's JSON, or plain words of a crash). */
export function noteworthy(line: string): string | undefined {
  if (!line.startsWith('{')) return /^(\w*Error\b|FATAL|Fatal)/.test(line) ? line : undefined;
  try {
    const { level, msg, err } = JSON.parse(line) as {
      level?: string;
      msg?: string;
      err?: { message?: string };
    };
    if (level === undefined || !shownLevels.includes(level)) return undefined;
    const cause = err?.message && err.message !== msg ? ` (${err.message})` : '';
    return `${level === 'warn' ? 'warning' : 'error'}: ${msg ?? ''}${cause}`;
  } catch {
    return undefined;
  }
}

function readFrom(file: { path: string; offset: number }): string {
  const size = sizeOf(file.path);
  if (size < file.offset) file.offset = 0;
  if (size === file.offset) return '';
  const buffer = Buffer.alloc(Math.min(CHUNK, size - file.offset));
  const descriptor = openSync(file.path, 'r');
  try {
    const read = readSync(descriptor, buffer, 0, buffer.length, file.offset);
    file.offset += read;
    return buffer.toString('utf8', 0, read);
  } finally {
    closeSync(descriptor);
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
