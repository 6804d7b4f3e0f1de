import { oneOf, text } from '../../ui/search-params.js';

export interface SignalsSearch {
  tab?: 'received' | 'subscribers' | 'policies';
  /** Of received events: of this stream only. */
  stream?: string;
  cursor?: string;
}

export function signalsSearch(raw: Record<string, unknown>): SignalsSearch {
  return {
    tab: oneOf(raw, 'tab', ['received', 'subscribers', 'policies']),
    stream: text(raw, 'stream'),
    cursor: text(raw, 'cursor'),
  };
}
