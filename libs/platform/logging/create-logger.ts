import { pino, type DestinationStream, type Logger } from 'pino';
import { requestId } from '../http/request-context.js';
import { describeError, redactedPaths } from './redact.js';

/** One JSON line an event on stdout, with the request's id; secrets are redacted by name, errors described. */
export function createLogger(service: string, level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => {
        const id = requestId();
        return id === undefined ? {} : { request_id: id };
      },
      serializers: { err: describeError, error: describeError },
      redact: { paths: redactedPaths, censor: '[redacted]' },
    },
    destination ?? pino.destination({ dest: 1, sync: false, minLength: 0 }),
  );
}
