import { Problem } from '#platform';

/** The refusal of a rotation while the former secret of the last one still counts. */
export function overlaps(until: Date): Problem {
  return new Problem(
    'rotation-overlaps',
    `It counts until ${until.toISOString()}; send replace_previous to end it now.`,
  );
}
