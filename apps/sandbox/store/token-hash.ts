import { hash } from 'node:crypto';

/** Lowercase hex SHA-256: the only form in which the sandbox stores or shows a token. */
export const tokenHash = (token: string): string => hash('sha256', token, 'hex');
