/** What `postmaster.pid` says: the server that holds, or held, a cluster. */
export interface PostmasterFile {
  readonly pid: number;
  readonly directory: string;
  readonly port: number;
}

/** Reads `postmaster.pid` (line 1 pid, 2 data directory, 4 port); undefined for a damaged or half-written one. */
export function parsePostmasterFile(text: string): PostmasterFile | undefined {
  const [pid, directory, , port] = text.split('\n');
  if (!/^\d+$/.test(pid ?? '') || !directory || !/^\d+$/.test(port ?? '')) return undefined;
  return { pid: Number(pid), directory, port: Number(port) };
}

/** True where the command line is that of a Postgres server on this very cluster. */
export function isPostmasterOf(directory: string, command: string): boolean {
  return /(^|\/)postgres(\s|$)/.test(command) && command.includes(directory);
}
