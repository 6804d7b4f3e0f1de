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
import { requestId, type Caller } from '#platform';
import {
  AuditRepository,
  Database,
  SecurityEventKeyRepository,
  type NewSecurityEventKey,
  type SecurityEventKey,
} from '#storage';
import { Vault } from '#vault';
import { overlaps } from '../streams/rotation-overlap.js';
import type { Rotation } from '../streams/rotation.dto.js';

/** CAEP's interoperability profile wants this one, with 2048 bits or more. */
const alg = 'RS256';
const workspaceShape = /^[\w-]{1,100}$/;
const binding = { stream: 'transmitter', secret: 'signing-key' };
/** As long as receivers may keep the key set that they have: a new key is in it before it signs. */
export const keySetMaxAgeSeconds = 300;

/** The keys that a workspace signs its security events by: made when one is needed first, sealed where they lie. */
@Injectable()
export class SigningKeysService {
  private readonly opened = new LRUCache<string, CryptoKey | Uint8Array>({ max: 500 });

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
  ) {}

  async make(workspace: string): Promise<void> {
    if ((await this.list(workspace)).length > 0) return;
    const key = await this.generate(workspace);
    await this.database.inWorkspace(workspace, async (tx) => {
      const keys = tx.get(SecurityEventKeyRepository);
      await keys.lock();
      if ((await keys.list()).length === 0) await keys.insert(key, 0);
    });
  }

  /**
   * A new key, which signs when nobody can have a key set without it; the former stays in the set for the overlap after
   * that. Without overlap the former is destroyed, and the new one signs at once.
   */
  async rotate(caller: Caller, wish: Rotation): Promise<SecurityEventKey[]> {
    const key = await this.generate(caller.workspace);
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const keys = tx.get(SecurityEventKeyRepository);
      await keys.lock();
      const until = (await keys.list()).find(({ retiredAt }) => retiredAt !== null)?.retiredAt;
      if (until && !wish.replace_previous) throw overlaps(until);
      await keys.deleteRetired({ retiring: true });
      const signsIn = wish.overlap_seconds === 0 ? 0 : keySetMaxAgeSeconds;
      await keys.retire(wish.overlap_seconds === 0 ? 0 : signsIn + wish.overlap_seconds);
      await keys.deleteRetired({ retiring: wish.overlap_seconds === 0 });
      await keys.insert(key, signsIn);
      await tx.get(AuditRepository).append({
        actor: caller.actor,
        action: 'security_event_key.rotated',
        subject: { type: 'security_event_key', id: String(key.publicJwk['kid']) },
        detail: { ...wish },
        requestId: requestId(),
      });
      return keys.list();
    });
  }

  /** Nothing for whoever is no workspace with a key. */
  async published(workspace: string): Promise<{ keys: (Record<string, unknown> & { kty: string })[] }> {
    const found = workspaceShape.test(workspace) ? await this.list(workspace) : [];
    return { keys: found.map(({ publicJwk }) => publicJwk as Record<string, unknown> & { kty: string }) };
  }

  /** A SET in compact form (RFC 8417). @throws where the workspace has no key */
  async sign(workspace: string, claims: JWTPayload): Promise<string> {
    const [found] = await this.list(workspace);
    if (!found) throw new Error('the workspace has no key to sign security events by');
    const key = this.opened.get(`${workspace} ${found.kid}`) ?? (await this.open(workspace, found));
    return new SignJWT(claims).setProtectedHeader({ alg, kid: found.kid, typ: 'secevent+jwt' }).sign(key);
  }

  private async open(workspace: string, { kid, sealedPrivateKey }: SecurityEventKey) {
    const cipher = await this.vault.cipherFor(workspace);
    const key = await importJWK(
      JSON.parse(cipher.open(binding, sealedPrivateKey).toString('utf8')) as JWK,
      alg,
    );
    this.opened.set(`${workspace} ${kid}`, key);
    return key;
  }

  private async generate(workspace: string): Promise<NewSecurityEventKey> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const kid = Date.now().toString(36);
    const cipher = await this.vault.cipherFor(workspace);
    const sealedPrivateKey = cipher.seal(binding, JSON.stringify(await exportJWK(privateKey)));
    return { sealedPrivateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
  }

  private async list(workspace: string): Promise<SecurityEventKey[]> {
    return this.database.inWorkspace(workspace, (tx) => tx.get(SecurityEventKeyRepository).list());
  }
}
