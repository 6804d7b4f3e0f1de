import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { AssertionSigner, AssertionVerifier } from './assertion.js';
import { permissionsOfRole } from './permissions.js';

const folder = mkdtempSync(join(tmpdir(), 'assertion-'));
const subject = {
  audience: 'revocation-audit',
  workspace: 'wsp_1',
  actor: { id: 'usr_1', name: 'Grace' },
  role: 'operator',
  authenticatedAt: new Date('2026-01-01T00:00:00Z'),
  request: { method: 'POST', path: '/v1/revocations' },
} as const;
const { request } = subject;

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
  const { workspace, role, actor } = subject;
  const bound = { auth_time: now, htm: request.method, htu: request.path };
  return new SignJWT({ workspace, role, actor: { type: 'user', ...actor }, ...bound, ...change.claims })
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
    expect(await verifier.verify(await signer.sign(subject), request)).toEqual({
      workspace: 'wsp_1',
      actor: { type: 'user', id: 'usr_1', name: 'Grace', via: 'admin' },
      permissions: permissionsOfRole('operator'),
      person: 'usr_1',
      role: 'operator',
      authenticatedAt: subject.authenticatedAt,
    });
  });

  it('is for one service alone', async () => {
    expect(
      await verifier.verify(await signer.sign({ ...subject, audience: 'auth-flow' }), request),
    ).toBeUndefined();
  });

  it.each([
    { method: 'DELETE', path: '/v1/revocations' },
    { method: 'POST', path: '/v1/revocations/rev_1/approve' },
  ])('is for one request alone, not for $method $path', async (other) => {
    expect(await verifier.verify(await signer.sign(subject), other)).toBeUndefined();
  });

  it('of another key is refused', async () => {
    const others = await AssertionSigner.fromFile((await keyFiles('theirs')).key, 'admin');
    expect(await verifier.verify(await others.sign(subject), request)).toBeUndefined();
  });

  it('lives for 60 s, whatever it says of itself', async () => {
    const now = Math.floor(Date.now() / 1_000);
    const old = await forged({ issuedAt: now - 120, expiresAt: now + 3_600 });
    expect(await verifier.verify(old, request)).toBeUndefined();
  });

  it('of another type is refused, so that no other token of ours passes for one', async () => {
    expect(await verifier.verify(await forged({ type: 'at+jwt' }), request)).toBeUndefined();
    expect(await verifier.verify(await forged({}), request)).toBeDefined();
  });

  it.each([
    ['no workspace', { workspace: undefined }],
    ['an unknown role', { role: 'owner' }],
    ['no role', { role: undefined }],
    ['an actor that is no person', { actor: { type: 'api_key', id: 'x' } }],
    ['an actor without an id', { actor: { type: 'user', id: '' } }],
    ['no time of sign-in', { auth_time: undefined }],
  ])('with %s is refused', async (_, claims) => {
    expect(await verifier.verify(await forged({ claims }), request)).toBeUndefined();
  });

  it.each(['HS256', 'RS256', 'none'])(
    'whose header says %s is refused, whatever key it names',
    async (alg) => {
      const [header, payload, signature] = (await signer.sign(subject)).split('.');
      const changed = { ...(JSON.parse(Buffer.from(header!, 'base64url').toString()) as object), alg };
      const forgery = [Buffer.from(JSON.stringify(changed)).toString('base64url'), payload, signature];
      expect(await verifier.verify(forgery.join('.'), request)).toBeUndefined();
    },
  );

  it('signed with the public key as if it were a shared secret is refused', async () => {
    const shared = new TextEncoder().encode(readFileSync(join(folder, 'ours-set.json'), 'utf8'));
    const forgery = await new SignJWT({ workspace: 'wsp_1', role: 'admin' })
      .setProtectedHeader({ alg: 'HS256', typ: 'evergrant-assertion+jwt', kid: 'ours' })
      .setIssuer('admin')
      .setAudience('revocation-audit')
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(shared);
    expect(await verifier.verify(forgery, request)).toBeUndefined();
  });

  it.each([
    ['4 s ahead of ours is taken', 4, true],
    ['30 s ahead of ours is refused', 30, false],
  ])('of a clock that is %s', async (_, ahead, taken) => {
    const now = Math.floor(Date.now() / 1_000) + ahead;
    const early = await forged({ issuedAt: now, expiresAt: now + 60 });
    expect((await verifier.verify(early, request)) !== undefined).toBe(taken);
  });

  it('is signed with a new key as soon as its file holds one, and the former key is taken while the set has it', async () => {
    const former = await keyFiles('former');
    const next = await keyFiles('next');
    const rotating = await AssertionSigner.fromFile(former.key, 'admin');
    const checking = AssertionVerifier.fromFile(former.set, 'revocation-audit');
    const signedBefore = await rotating.sign(subject);
    const keys = [former.set, next.set].flatMap(
      (file) => (JSON.parse(readFileSync(file, 'utf8')) as { keys: object[] }).keys,
    );
    writeFileSync(former.set, JSON.stringify({ keys }));
    writeFileSync(former.key, readFileSync(next.key));
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const signedAfter = await rotating.sign(subject);
    expect(decodeProtectedHeader(signedAfter).kid).toBe('next');
    expect(await checking.verify(signedAfter, request)).toBeDefined();
    expect(await checking.verify(signedBefore, request)).toBeDefined();
  });

  it('that is none is refused', async () => {
    expect(await verifier.verify('eyJhbGciOiJub25lIn0.e30.', request)).toBeUndefined();
  });
});
