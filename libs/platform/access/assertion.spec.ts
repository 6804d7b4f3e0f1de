import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { AssertionSigner, AssertionVerifier } from './assertion.js';

const folder = mkdtempSync(join(tmpdir(), 'assertion-'));
const subject = {
  audience: 'revocation-audit',
  workspace: 'wsp_1',
  actor: { type: 'user', id: 'usr_1', name: 'Grace' },
  scopes: ['connections:revoke'],
} as const;

let privateKey: CryptoKey;
let signer: AssertionSigner;
let verifier: AssertionVerifier;

async function keyFiles(name: string): Promise<{ privateKey: CryptoKey; key: string; set: string }> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const [key, set] = [join(folder, `${name}.json`), join(folder, `${name}-set.json`)];
  writeFileSync(key, JSON.stringify({ ...(await exportJWK(pair.privateKey)), kid: name, alg: 'EdDSA' }));
  const shown = { ...(await exportJWK(pair.publicKey)), kid: name, alg: 'EdDSA' };
  writeFileSync(set, JSON.stringify({ keys: [shown] }));
  return { privateKey: pair.privateKey, key, set };
}

beforeAll(async () => {
  const files = await keyFiles('ours');
  privateKey = files.privateKey;
  signer = await AssertionSigner.fromFile(files.key, 'admin');
  verifier = AssertionVerifier.fromFile(files.set, 'revocation-audit');
});

/** An assertion as ours, but for what is changed. */
function forged(change: { type?: string; issuedAt?: number; expiresAt?: number; claims?: object }) {
  const now = Math.floor(Date.now() / 1_000);
  const { workspace, scopes, actor } = subject;
  return new SignJWT({ workspace, scopes, actor, ...change.claims })
    .setProtectedHeader({ alg: 'EdDSA', typ: change.type ?? 'evergrant-assertion+jwt', kid: 'ours' })
    .setIssuer('admin')
    .setAudience('revocation-audit')
    .setIssuedAt(change.issuedAt ?? now)
    .setExpirationTime(change.expiresAt ?? now + 60)
    .setJti('1')
    .sign(privateKey);
}

describe('an assertion', () => {
  it('brings who asks, where, with which rights, and who carried it', async () => {
    expect(await verifier.verify(await signer.sign(subject))).toEqual({
      workspace: 'wsp_1',
      actor: { type: 'user', id: 'usr_1', name: 'Grace', via: 'admin' },
      scopes: new Set(['connections:revoke']),
    });
  });

  it('is for one service alone', async () => {
    expect(await verifier.verify(await signer.sign({ ...subject, audience: 'auth-flow' }))).toBeUndefined();
  });

  it('of another key is refused', async () => {
    const others = await AssertionSigner.fromFile((await keyFiles('theirs')).key, 'admin');
    expect(await verifier.verify(await others.sign(subject))).toBeUndefined();
  });

  it('lives for 60 s, whatever it says of itself', async () => {
    const now = Math.floor(Date.now() / 1_000);
    const old = await forged({ issuedAt: now - 120, expiresAt: now + 3_600 });
    expect(await verifier.verify(old)).toBeUndefined();
  });

  it('of another type is refused, so that no other token of ours passes for one', async () => {
    expect(await verifier.verify(await forged({ type: 'at+jwt' }))).toBeUndefined();
    expect(await verifier.verify(await forged({}))).toBeDefined();
  });

  it.each([
    ['no workspace', { workspace: undefined }],
    ['an unknown scope', { scopes: ['everything'] }],
    ['an anonymous actor', { actor: { type: 'anonymous', id: 'x' } }],
  ])('with %s is refused', async (_, claims) => {
    expect(await verifier.verify(await forged({ claims }))).toBeUndefined();
  });

  it('that is none is refused', async () => {
    expect(await verifier.verify('eyJhbGciOiJub25lIn0.e30.')).toBeUndefined();
  });
});
