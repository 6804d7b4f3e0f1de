import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { discoverMetadata, type OAuthClient, OAuthError } from '#oauth';
import { OutboundClient, OutboundError } from '#outbound';
import { ProviderCatalogue, type ResolvedProvider, withMetadata } from '#providers';
import { AdminConfig } from '../admin.config.js';
import { IssuersFile, type IssuerSettings } from './issuers-file.js';
import { SignInRefusal } from './sign-in-refusal.js';

const discoveryDeadlineMs = 10_000;
const keptMs = 10 * 60_000;

/** An identity provider with what its metadata says. */
export interface Issuer {
  settings: IssuerSettings;
  provider: ResolvedProvider;
  endSessionEndpoint: string | undefined;
  client: OAuthClient;
}

/** The identity providers that people sign in at, each asked for its metadata when it is first needed. */
@Injectable()
export class IssuersService {
  readonly all: readonly IssuerSettings[];
  private readonly known = new LRUCache<string, Issuer>({ max: 100, ttl: keptMs });

  constructor(
    private readonly config: AdminConfig,
    private readonly outbound: OutboundClient,
    private readonly catalogue: ProviderCatalogue,
    file: IssuersFile,
  ) {
    this.all = file.issuers;
  }

  redirectUri({ id }: IssuerSettings): string {
    return `${this.config.PUBLIC_URL}/admin/sign-in/${id}/callback`;
  }

  settingsOf(id: string): IssuerSettings | undefined {
    return this.all.find((issuer) => issuer.id === id);
  }

  /** @throws SignInRefusal unknown_issuer, issuer_unavailable */
  async load(id: string): Promise<Issuer> {
    const settings = this.settingsOf(id);
    if (!settings) throw new SignInRefusal('unknown_issuer');
    const known = this.known.get(id);
    if (known) return known;
    try {
      const issuer = await this.discover(settings);
      this.known.set(id, issuer);
      return issuer;
    } catch (error) {
      if (error instanceof OAuthError || error instanceof OutboundError)
        throw new SignInRefusal('issuer_unavailable', error.code, error);
      throw error;
    }
  }

  private async discover(settings: IssuerSettings): Promise<Issuer> {
    const {
      issuer,
      client_id: clientId,
      client_secret: secret,
      token_endpoint_auth_method: method,
    } = settings;
    const wire = { fetch: this.outbound.asFetch({ deadlineMs: discoveryDeadlineMs }), now: () => new Date() };
    const allowHttp = URL.parse(issuer)?.origin === this.config.OUTBOUND_SANDBOX_ORIGIN;
    const metadata = await discoverMetadata({ issuer, allowHttp, wire });
    const provider = this.catalogue.resolve('custom', withMetadata({ issuer, openid: true }, metadata));
    const authentication = method === 'none' ? { method } : { method, secret: secret! };
    return {
      settings,
      provider,
      endSessionEndpoint: metadata.endpoints.end_session,
      client: { clientId, authentication },
    };
  }
}
