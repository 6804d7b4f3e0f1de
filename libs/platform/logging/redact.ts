/** Members whose values are never logged, wherever they stand in what is logged. */
export const secretNames = [
  'authorization',
  'cookie',
  'set-cookie',
  'access_token',
  'refresh_token',
  'id_token',
  'client_secret',
  'client_assertion',
  'code',
  'code_verifier',
  'password',
  'key',
  'token',
  'state',
  'secret',
] as const;

/** Paths for pino's redaction, three levels deep. */
export const redactedPaths = secretNames.flatMap((name) => {
  const at = /^\w+$/.test(name) ? name : `["${name}"]`;
  const under = at.startsWith('[') ? at : `.${at}`;
  return [at, `*${under}`, `*.*${under}`];
});

/**
 * What is told of an error: type, message, code and stack, and the same of its causes. Other members (a driver's
 * parameters and rows, a request's headers) may hold secrets and are left out.
 */
export function describeError(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = (error as { code?: unknown }).code;
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' && { error_code: code }),
    ...(depth === 0 && { stack: error.stack }),
    ...(error.cause !== undefined && depth < 3 && { cause: describeError(error.cause, depth + 1) }),
  };
}
