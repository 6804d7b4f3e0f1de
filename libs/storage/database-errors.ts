/** The database could not be reached or ended the session: retry later; nothing was decided. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
}

/** The database is reachable but not set up for us: wrong role, missing migration. */
export class DatabaseAccessError extends Error {
  override readonly name = 'DatabaseAccessError';
}

// Class 08: connection exceptions; 57P0x: shutdown, crash, cannot connect now; 53300: too many connections.
const UNAVAILABLE =
  /^(08...|57P0[1-5]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN|ENOENT)$/;
const LOST =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Driver not Connected/i;

/** True where the failure is the database's absence and not the statement's fault. */
export function isUnavailable(error: unknown): boolean {
  const driver = driverError(error);
  if (driver === undefined) return false;
  return (driver.code !== undefined && UNAVAILABLE.test(driver.code)) || LOST.test(driver.message);
}

/** True where a statement ran into the timeout that was set for it. */
export function isCancelled(error: unknown): boolean {
  return driverError(error)?.code === '57014';
}

/** True where a statement broke this unique constraint. */
export function isDuplicate(error: unknown, constraint: string): boolean {
  const driver = driverError(error);
  return driver?.code === '23505' && driver.constraint === constraint;
}

interface DriverError extends Error {
  code?: string;
  constraint?: string;
}

function driverError(error: unknown): DriverError | undefined {
  if (!(error instanceof Error)) return undefined;
  const inner = (error as { driverError?: unknown }).driverError;
  return inner instanceof Error ? inner : error;
}
