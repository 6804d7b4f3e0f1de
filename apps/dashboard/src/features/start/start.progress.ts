/** What the API says of the six steps. */
export interface Known {
  hasIntegration: boolean;
  hasLink: boolean;
  isLinkUsed: boolean;
  hasLiveConnection: boolean;
  hasKey: boolean;
  wasRead: boolean;
}

export const stepIds = ['integration', 'link', 'open', 'live', 'key', 'read'] as const;
export type StepId = (typeof stepIds)[number];

/** Which are done, and the first that is not. What came later proves what must have been before it. */
export function progressOf(known: Known): { done: ReadonlySet<StepId>; current: StepId | undefined } {
  const isConnected = known.hasLiveConnection;
  const is: Record<StepId, boolean> = {
    integration: known.hasIntegration,
    link: known.hasLink || isConnected,
    open: known.isLinkUsed || isConnected,
    live: isConnected,
    key: known.hasKey || known.wasRead,
    read: known.wasRead,
  };
  return {
    done: new Set(stepIds.filter((id) => is[id])),
    current: stepIds.find((id) => !is[id]),
  };
}
