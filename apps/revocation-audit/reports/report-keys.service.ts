import { Injectable } from '@nestjs/common';
import canonicalize from 'canonicalize';
import { exportJWK, FlattenedSign, generateKeyPair, importJWK, type JWK } from 'jose';
import { Database, ReportKeyRepository, type ReportKey } from '#storage';
import { Vault } from '#vault';

const algorithm = 'EdDSA';

/** A signature over what it was asked to sign, and the key that checks it. */
export interface Signature {
  /** RFC 7515 Appendix F: `header..signature`, over the RFC 8785 JSON. */
  jws: string;
  key: JWK;
}

/** The keys, one a workspace, that sign reports: made when the first one is asked for, the private half sealed. */
@Injectable()
export class ReportKeysService {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
  ) {}

  async sign(workspace: string, document: object): Promise<Signature> {
    const found = (await this.list(workspace))[0] ?? (await this.make(workspace));
    const cipher = await this.vault.cipherFor(workspace);
    const opened = cipher.open({ reportKey: found.id }, found.sealedPrivateKey).toString('utf8');
    const key = await importJWK(JSON.parse(opened) as JWK, algorithm);
    const payload = Buffer.from(canonicalize(document) ?? '', 'utf8');
    const { protected: header, signature } = await new FlattenedSign(payload)
      .setProtectedHeader({ alg: algorithm, kid: found.id, typ: 'evergrant-report+jws' })
      .sign(key);
    return { jws: `${header}..${signature}`, key: found.publicKey };
  }

  async publicKeys(workspace: string): Promise<JWK[]> {
    return (await this.list(workspace)).map(({ publicKey }) => publicKey);
  }

  private async list(workspace: string): Promise<ReportKey[]> {
    return this.database.inWorkspace(workspace, (tx) => tx.get(ReportKeyRepository).list());
  }

  private async make(workspace: string): Promise<ReportKey> {
    const pair = await generateKeyPair(algorithm, { extractable: true });
    const [own, shown] = [await exportJWK(pair.privateKey), await exportJWK(pair.publicKey)];
    const cipher = await this.vault.cipherFor(workspace);
    return this.database.inWorkspace(workspace, (tx) =>
      tx.get(ReportKeyRepository).insert((id) => ({
        publicKey: { ...shown, kid: id, alg: algorithm, use: 'sig' },
        sealedPrivateKey: cipher.seal({ reportKey: id }, JSON.stringify(own)),
      })),
    );
  }
}
