/** What a proxy does to the connections through it. */
export interface Faults {
  /** In each direction. */
  latencyMs: number;
  blackHole: boolean;
  /** A fresh object each time that it is set: what passed is counted from then. */
  cut: { bytes: number; direction: 'to-target' | 'to-client' } | undefined;
  /** New connections are reset as soon as they are accepted. */
  reset: boolean;
  /** The side that new connections do not have. */
  halfOpen: 'client' | 'target' | undefined;
}

/** Bytes since the proxy began, of all connections. */
export interface ForwardedBytes {
  toTarget: number;
  toClient: number;
  /** Arrived and went nowhere. */
  swallowed: number;
}

export const noFaults: Faults = {
  latencyMs: 0,
  blackHole: false,
  cut: undefined,
  reset: false,
  halfOpen: undefined,
};
