/** To the second, in UTC: entries are laid beside the logs of others. */
export function ExactMoment({ at }: { at: string }) {
  return <time dateTime={at}>{`${at.slice(0, 19).replace('T', ' ')} UTC`}</time>;
}
