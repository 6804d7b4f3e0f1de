import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ProviderCatalogue, ProviderError, type ResolvedProvider } from '#providers';
import {
  IntegrationRepository,
  TokenFingerprintRepository,
  type LookedUpToken,
  type Transaction,
} from '#storage';
import { Vault } from '#vault';
import { isAlive } from './is-alive.js';
import { tokenCandidates } from './token-candidates.js';

/** Values by the fingerprints of all that they may stand for. The values themselves go no further than this. */
export interface Fingerprints {
  all: Buffer[];
  /** Of each fingerprint, the place of its value. */
  owners: number[];
  /** How many values there are. */
  count: number;
}

export interface KnownToken extends LookedUpToken {
  /** The provider may still accept it. */
  alive: boolean;
}

/** In characters. A short value is work too: as much as that of so many characters. */
const workAtOnce = 100_000;
const leastWork = 200;

/** Which tokens values are, and whether they may still be used. */
@Injectable()
export class KnownTokensService {
  constructor(
    private readonly vault: Vault,
    private readonly catalogue: ProviderCatalogue,
  ) {}

  /** Gives way to other requests now and then: thousands of values are a tenth of a second of work. */
  async fingerprintsOf(values: readonly string[]): Promise<Fingerprints> {
    const found: Fingerprints = { all: [], owners: [], count: values.length };
    let work = 0;
    for (const [owner, value] of values.entries()) {
      work += value.length + leastWork;
      if (work > workAtOnce) {
        await setImmediate();
        work = 0;
      }
      for (const candidate of tokenCandidates(value)) {
        found.all.push(this.vault.fingerprint(candidate));
        found.owners.push(owner);
      }
    }
    return found;
  }

  /** The workspace's token of each value, in two queries however many there are; undefined where a value is not its own. */
  async find(tx: Transaction, { all, owners, count }: Fingerprints): Promise<(KnownToken | undefined)[]> {
    const tokens = await tx.get(TokenFingerprintRepository).lookUp(all);
    const providers = await this.providersOf(tx, tokens);
    const found = Array.from<KnownToken | undefined>({ length: count });
    for (const token of tokens)
      found[owners[token.position]!] ??= {
        ...token,
        alive: isAlive(token, providers.get(token.integrationId)),
      };
    return found;
  }

  /** Only of a refresh token that was replaced its provider says whether it died of that. */
  private async providersOf(
    tx: Transaction,
    tokens: readonly LookedUpToken[],
  ): Promise<Map<string, ResolvedProvider | undefined>> {
    const replaced = tokens.filter(({ kind, current }) => kind === 'refresh' && !current);
    if (replaced.length === 0) return new Map();
    const ids = new Set(replaced.map(({ integrationId }) => integrationId));
    const integrations = await tx.get(IntegrationRepository).findAll([...ids]);
    return new Map(integrations.map(({ id, provider, settings }) => [id, this.resolve(provider, settings)]));
  }

  private resolve(provider: string, settings: Record<string, unknown>): ResolvedProvider | undefined {
    try {
      return this.catalogue.resolve(provider, settings);
    } catch (error) {
      if (error instanceof ProviderError) return undefined;
      throw error;
    }
  }
}
