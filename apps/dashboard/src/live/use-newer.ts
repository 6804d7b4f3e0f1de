import { useEffect, useState } from 'react';
import { onLive } from './live-stream.js';

/** How many events came since something was fetched: for lists whose rows shall not jump. `since` starts it anew. */
export function useNewer(since: number): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    setCount(0);
    return onLive((message) => {
      if (message.kind !== 'batch') return;
      const more = Object.values(message.batch.counts).reduce((sum, each) => sum + each, 0);
      setCount((before) => before + more);
    });
  }, [since]);
  return count;
}
