/** Filters as chips. */
export const chips = {
  apply: 'Apply',
  from: (date: string) => `from ${date}`,
  until: (date: string) => `before ${date}`,
  several: (count: number) => `${count} chosen`,
};
