import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';
import { describeError } from './redact.js';

type Level = 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal';

/** Nest's Logger over pino: `new Logger('Name').log({ ... })` or a text. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest passes the context last; an Error may come as the message or before the context. */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    const context = typeof rest.at(-1) === 'string' ? (rest.at(-1) as string) : undefined;
    const error = [message, ...rest].find((item) => item instanceof Error);
    const fields = {
      ...(context !== undefined && { context }),
      ...(error && { err: error }),
      ...(isPlain(message) ? message : {}),
    };
    const text = typeof message === 'string' ? message : undefined;
    this.logger[level](fields, text ?? messageOf(message));
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Error) && !Array.isArray(value);
}

function messageOf(value: unknown): string | undefined {
  if (value instanceof Error) return (describeError(value) as { message: string }).message;
  return isPlain(value) ? undefined : String(value);
}
