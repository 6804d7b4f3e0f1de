import { createHash, randomBytes } from 'node:crypto';

const pattern = /^[A-Za-z0-9_-]{43}$/;

/** 256 bits; only whoever has the link has it. */
export const newInvitationToken = (): string => randomBytes(32).toString('base64url');

/** What an invitation is found by; undefined for what cannot be a token of ours. */
export function invitationHashOf(token: string): Buffer | undefined {
  return pattern.test(token) ? createHash('sha256').update(token).digest() : undefined;
}

/** Without regard to ASCII case only: other letters that fold to the same are another address. */
export function isSameAddress(one: string, other: string): boolean {
  return folded(one) === folded(other);
}

const folded = (address: string): string => address.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
