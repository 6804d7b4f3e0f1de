let held: string | undefined;

/** Takes a pasted token to the lookup page in memory: not by URL, not by storage. */
export function handOver(token: string): void {
  held = token;
}

export function takeOver(): string | undefined {
  const token = held;
  held = undefined;
  return token;
}
