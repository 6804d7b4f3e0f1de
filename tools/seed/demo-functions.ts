import { demoProviders, demoStates, firstNames, lastNames } from './demo-words.js';

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const list = (texts: readonly string[]) => `(ARRAY[${texts.map(quoted).join(',')}])`;
const alphabet = quoted('0123456789abcdefghjkmnpqrstvwxyz');

/** A CASE over shares that add up: the n-th thing for its part of what `drawn` runs through. */
export function choice(
  drawn: string,
  shares: readonly number[],
  values: readonly string[],
  rest: string,
): string {
  let sum = 0;
  const cases = shares.map((share, nth) => `WHEN ${drawn} < ${(sum += share)} THEN ${values[nth]}`);
  return `CASE ${cases.join(' ')} ELSE ${rest} END`;
}

/**
 * Functions of this one session. All is drawn from the number of a connection, so that each statement knows what the others
 * made of it, and the same seed makes the same demo.
 */
export const demoFunctions = (connections: number, at: Date): string[] => [
  // 0 to 999,999; salt: which of the connection's own draws it is.
  `CREATE FUNCTION pg_temp.draw(n bigint, salt bigint) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
     AS $$ SELECT ((hashint8extended(n, salt) & 9223372036854775807) % 1000000)::integer $$`,
  `CREATE FUNCTION pg_temp.demo_id(prefix text, at timestamptz, n bigint) RETURNS text LANGUAGE sql STABLE
     AS $$ SELECT prefix || '_' || ${timeDigits('(extract(epoch FROM at) * 1000)::bigint')} || substr(md5(prefix || n), 1, 26) $$`,
  // More come every month. The moment stands in it: an id is made anew wherever it is named.
  `CREATE FUNCTION pg_temp.made_at(n bigint) RETURNS timestamptz LANGUAGE sql STABLE
     AS $$ SELECT timestamptz '${at.toISOString()}' - interval '400 days' * (1 - power(n / ${connections}::float, 0.7)) $$`,
  `CREATE FUNCTION pg_temp.connection_id(n bigint) RETURNS text LANGUAGE sql STABLE
     AS $$ SELECT pg_temp.demo_id('con', pg_temp.made_at(n), n) $$`,
  // Which integration, from 1.
  `CREATE FUNCTION pg_temp.nth(n bigint) RETURNS integer LANGUAGE sql IMMUTABLE
     AS $$ SELECT ${choice('pg_temp.draw(n, 1) % 100', byShare(), numbers(), '1')} $$`,
  `CREATE FUNCTION pg_temp.provider(n bigint) RETURNS text LANGUAGE sql IMMUTABLE
     AS $$ SELECT ${list(demoProviders.map(({ id }) => id))}[pg_temp.nth(n)] $$`,
  `CREATE FUNCTION pg_temp.life(n bigint) RETURNS interval LANGUAGE sql IMMUTABLE
     AS $$ SELECT interval '1 second' * (ARRAY[${demoProviders.map(({ lifeSeconds }) => lifeSeconds).join(',')}])[pg_temp.nth(n)] $$`,
  // How many were made by then.
  `CREATE FUNCTION pg_temp.made_by(at timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE
     AS $$ SELECT greatest(1, floor(${connections} * power(least(1, 1 - extract(epoch FROM
       timestamptz '${at.toISOString()}' - at) / extract(epoch FROM interval '400 days')), 1 / 0.7)))::bigint $$`,
  // A token's life after another since it was made, not each of them needed.
  `CREATE FUNCTION pg_temp.generation(n bigint) RETURNS bigint LANGUAGE sql STABLE
     AS $$ SELECT 1 + least(1 + pg_temp.draw(n, 7) % 4000,
       ceil(extract(epoch FROM now() - pg_temp.made_at(n)) / extract(epoch FROM pg_temp.life(n))))::bigint $$`,
  `CREATE FUNCTION pg_temp.state(n bigint) RETURNS text LANGUAGE sql IMMUTABLE
     AS $$ SELECT ${choice(
       'pg_temp.draw(n, 2) % 100000',
       demoStates.map(({ share }) => share),
       demoStates.map(({ state }) => quoted(state)),
       `'active'`,
     )} $$`,
  // When its token ends: of what is renewed, few have ended already; and none was issued before the connection was made.
  `CREATE FUNCTION pg_temp.ends_at(n bigint) RETURNS timestamptz LANGUAGE sql STABLE
     AS $$ SELECT greatest(pg_temp.made_at(n) + pg_temp.life(n), timestamptz '${at.toISOString()}' + CASE
       WHEN pg_temp.state(n) IN ('active', 'degraded') AND pg_temp.draw(n, 9) >= 2000
       THEN pg_temp.life(n) * (0.2 + 0.8 * pg_temp.draw(n, 10) / 1000000.0)
       ELSE interval '-1 minute' * (1 + pg_temp.draw(n, 10) % 10000) END) $$`,
  `CREATE FUNCTION pg_temp.reason(n bigint) RETURNS jsonb LANGUAGE sql STABLE
     AS $$ SELECT CASE pg_temp.state(n) ${demoStates
       .map(
         ({ state, reason: [code, detail] }) =>
           `WHEN ${quoted(state)} THEN jsonb_build_object('code', ${quoted(code)}, 'detail', ${quoted(detail)}, 'at', greatest(pg_temp.made_at(n), now() - interval '1 minute' * (pg_temp.draw(n, 3) % 20000)))`,
       )
       .join(' ')} END $$`,
  `CREATE FUNCTION pg_temp.person(n bigint) RETURNS text LANGUAGE sql IMMUTABLE
     AS $$ SELECT ${list(firstNames)}[1 + pg_temp.draw(n, 4) % ${firstNames.length}] || ' ' ||
       ${list(lastNames)}[1 + pg_temp.draw(n, 5) % ${lastNames.length}] $$`,
];

function byShare(): number[] {
  return demoProviders.map(({ of100 }) => of100);
}

function numbers(): string[] {
  return demoProviders.map((_, index) => String(index + 1));
}

/** As newId writes the time of an id: 10 digits of 5 bits. */
function timeDigits(ms: string): string {
  const digits = [45, 40, 35, 30, 25, 20, 15, 10, 5, 0].map(
    (shift) => `substr(${alphabet}, ((${ms} >> ${shift}) & 31)::integer + 1, 1)`,
  );
  return digits.join(' || ');
}
