import { randomBytes } from 'node:crypto';

/** Prefix of every id, by what it names. */
export type IdPrefix =
  | 'wsp' // workspace
  | 'key' // API key
  | 'wid' // workload identity
  | 'int' // integration
  | 'sec' // integration secret
  | 'cse' // connect session
  | 'aut' // authorization request
  | 'con' // connection
  | 'slt' // slot
  | 'att' // refresh attempt
  | 'rev' // revocation
  | 'rvi' // revocation item
  | 'frz' // freeze
  | 'rpk' // report key
  | 'inc' // provider incident
  | 'lkr' // leak report
  | 'rst' // restore
  | 'evt' // event
  | 'aud' // audit entry
  | 'usr' // person
  | 'ses' // session
  | 'inv' // invitation
  | 'apr' // approval
  | 'sst' // security event stream
  | 'sev' // security event
  | 'ssb' // subscriber of security events
  | 'svw' // saved view
  | 'rpr' // run of the reaper
  | 'eur' // removal of an end user
  | 'req'; // request

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A prefixed id: 48 bits of milliseconds, so that indexes grow at one end, then 130 random bits, so that
 * nobody guesses one. Crockford base 32, 36 characters after the prefix.
 */
export function newId(prefix: IdPrefix, now: number = Date.now()): string {
  let time = '';
  for (let rest = now, i = 0; i < 10; i++) {
    time = ALPHABET[rest % 32] + time;
    rest = Math.floor(rest / 32);
  }
  let random = '';
  for (const byte of randomBytes(26)) random += ALPHABET[byte & 31];
  return `${prefix}_${time}${random}`;
}
