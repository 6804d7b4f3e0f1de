import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';

/** 256 bits; only the browser has it. */
export const newSessionSecret = (): string => randomBytes(32).toString('base64url');

/** What a session is stored and found by. */
export const secretHashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** What our page sends with every change: derived, so that nothing is stored, and of no use without the cookie. */
export const csrfTokenOf = (secret: string): string => derive(secret, 'csrf').toString('base64url');

/** Seals what only this session may use again, such as its ID token: whoever reads the database cannot open it. */
export function sealForSession(secret: string, text: string): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', derive(secret, 'seal'), iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** @throws where it was sealed for another session, or changed. */
export function openForSession(secret: string, sealed: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', derive(secret, 'seal'), sealed.subarray(0, 12));
  decipher.setAuthTag(sealed.subarray(12, 28));
  return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8');
}

const derive = (secret: string, purpose: string): Buffer =>
  createHmac('sha256', secret).update(`evergrant session ${purpose}`).digest();
