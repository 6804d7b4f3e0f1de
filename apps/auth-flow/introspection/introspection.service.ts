import { Injectable } from '@nestjs/common';
import { Database, TokenFingerprintRepository } from '#storage';
import { Vault } from '#vault';
import { introspectToken } from './introspect-token.js';
import type { Introspection } from './introspection.dto.js';

/** What we know of a token that somebody holds: found by fingerprint, so that no value is opened. */
@Injectable()
export class IntrospectionService {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
  ) {}

  async introspect(workspace: string, token: string): Promise<Introspection> {
    const fingerprint = this.vault.fingerprint(token);
    const found = await this.database.inWorkspace(workspace, (tx) =>
      tx.get(TokenFingerprintRepository).list(fingerprint),
    );
    return introspectToken(found);
  }
}
