import type { Vault } from './vault.js';

/** Answers kept under an idempotency key, sealed to it: they may hold an API key or a token. */
export class SealedAnswers {
  constructor(private readonly vault: Vault) {}

  async seal(workspace: string, idempotency: string, answer: string): Promise<Buffer> {
    return (await this.vault.cipherFor(workspace)).seal({ idempotency }, answer);
  }

  async open(workspace: string, idempotency: string, sealed: Buffer): Promise<string> {
    return (await this.vault.cipherFor(workspace)).open({ idempotency }, sealed).toString('utf8');
  }
}
