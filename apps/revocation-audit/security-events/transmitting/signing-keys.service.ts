import { Injectable } from '@nestjs/common';
import {
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose';
import { LRUCache } from 'lru-cache';
import { Database, SecurityEventSubscriberRepository } from '#storage';
import { Vault } from '#vault';

interface SigningKey {
  key: CryptoKey | Uint8Array;
  kid: string;
}

/** CAEP's interoperability profile wants this one, with 2048 bits or more. */
const alg = 'RS256';
const workspaceShape = /^[\w-]{1,100}$/;
const binding = { stream: 'transmitter', secret: 'signing-key' };

/** The key that a workspace signs its security events by: made when it is needed first, sealed where it lies. */
@Injectable()
export class SigningKeysService {
  private readonly opened = new LRUCache<string, SigningKey>({ max: 500 });

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
  ) {}

  async make(workspace: string): Promise<void> {
    if (await this.find(workspace)) return;
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const kid = Date.now().toString(36);
    const cipher = await this.vault.cipherFor(workspace);
    const sealedPrivateKey = cipher.seal(binding, JSON.stringify(await exportJWK(privateKey)));
    const publicJwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
    await this.database.inWorkspace(workspace, (tx) =>
      tx.get(SecurityEventSubscriberRepository).insertKey({ sealedPrivateKey, publicJwk }),
    );
  }

  /** Nothing for whoever is no workspace with a key. */
  async published(workspace: string): Promise<{ keys: (Record<string, unknown> & { kty: string })[] }> {
    const found = workspaceShape.test(workspace) ? await this.find(workspace) : undefined;
    return { keys: found ? [found.publicJwk as Record<string, unknown> & { kty: string }] : [] };
  }

  /** A SET in compact form (RFC 8417). @throws where the workspace has no key */
  async sign(workspace: string, claims: JWTPayload): Promise<string> {
    const { key, kid } = this.opened.get(workspace) ?? (await this.open(workspace));
    return new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'secevent+jwt' }).sign(key);
  }

  private async open(workspace: string): Promise<SigningKey> {
    const found = await this.find(workspace);
    if (!found) throw new Error('the workspace has no key to sign security events by');
    const cipher = await this.vault.cipherFor(workspace);
    const jwk = JSON.parse(cipher.open(binding, found.sealedPrivateKey).toString('utf8')) as JWK;
    const opened = { key: await importJWK(jwk, alg), kid: String(found.publicJwk['kid']) };
    this.opened.set(workspace, opened);
    return opened;
  }

  private async find(workspace: string) {
    return this.database.inWorkspace(workspace, (tx) => tx.get(SecurityEventSubscriberRepository).findKey());
  }
}
