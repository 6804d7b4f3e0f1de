import { utcSecond } from '../../ui/moment.js';

/** To the second, in UTC: entries are laid beside the logs of others. */
export function ExactMoment({ at }: { at: string }) {
  return <time dateTime={at}>{utcSecond(at)}</time>;
}
