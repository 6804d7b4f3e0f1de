/** Of a span of time to filter by. */
export const range = {
  presets: { hour: 'Last hour', day: 'Last 24 hours', week: 'Last 7 days', month: 'Last 30 days' },
  from: 'From',
  to: 'To',
  zone: (zone: string) => `In your time zone, ${zone}`,
  turned: 'Must be after the beginning.',
  apply: 'Apply',
  any: 'Any time',
  since: (at: string) => `since ${at}`,
  until: (at: string) => `until ${at}`,
};
