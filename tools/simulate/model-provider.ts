import type { RawAnswer, RotationMode } from '#oauth';
import type { World } from './world.js';

interface RefreshToken {
  id: string;
  family: number;
  consumedAt: number | null;
  dead: boolean;
  children: RefreshToken[];
  parent: RefreshToken | undefined;
  accessToken: string;
}

export interface ProviderRules {
  mode: RotationMode;
  graceMs: number;
  killsAccessToken: boolean;
  accessLifetimeMs: number;
}

/** An authorization server that plays one rotation mode to the letter. What it commits, it commits at once. */
export class ModelProvider {
  private readonly refreshTokens = new Map<string, RefreshToken>();
  private readonly accessTokens = new Map<string, { expiresAt: number; dead: boolean }>();
  private count = 0;
  /** Told of every token that was presented though it was used before. */
  onReplay: (token: string, withinRules: boolean) => void = () => undefined;
  clientIsKnown = true;

  constructor(
    private readonly world: World,
    readonly rules: ProviderRules,
  ) {}

  /** A first grant. */
  grant(): { refreshToken: string; accessToken: string } {
    const token = this.mint(++this.count, undefined);
    return { refreshToken: token.id, accessToken: token.accessToken };
  }

  /** One token request, committed. A window is judged by when the request arrived. */
  spend(id: string, arrivedAt = this.world.now): RawAnswer {
    if (!this.clientIsKnown) return this.answer(401, { error: 'invalid_client' });
    const token = this.refreshTokens.get(id);
    if (!token || token.dead) return this.refuse();
    if (token.consumedAt === null) return this.spendFirst(token);
    const permitted = this.permitsReplay(token, arrivedAt);
    this.onReplay(id, permitted);
    if (!permitted) {
      this.killFamily(token.family);
      return this.refuse();
    }
    return this.replay(token);
  }

  isAlive(accessToken: string): boolean {
    const known = this.accessTokens.get(accessToken);
    return known !== undefined && !known.dead && known.expiresAt > this.world.now;
  }

  /** RFC 7662 of a refresh token. */
  isActive(refreshToken: string): boolean {
    const token = this.refreshTokens.get(refreshToken);
    return token !== undefined && !token.dead && (token.consumedAt === null || this.rules.mode === 'none');
  }

  /** Whether presenting it now brings tokens. */
  honours(refreshToken: string): boolean {
    const token = this.refreshTokens.get(refreshToken);
    return token !== undefined && !token.dead && (token.consumedAt === null || this.permitsReplay(token));
  }

  revoke(refreshToken: string): void {
    const token = this.refreshTokens.get(refreshToken);
    if (token) this.killFamily(token.family);
  }

  private spendFirst(token: RefreshToken): RawAnswer {
    if (this.rules.mode === 'none') {
      const accessToken = this.mintAccessToken();
      return this.tokens(accessToken, undefined);
    }
    token.consumedAt = this.world.now;
    // E: the successor is used, and so its predecessor is over.
    if (this.rules.mode === 'E' && token.parent) token.parent.dead = true;
    if (this.rules.killsAccessToken) this.kill(token.accessToken);
    return this.tokensOf(this.mint(token.family, token));
  }

  private permitsReplay(token: RefreshToken, arrivedAt = this.world.now): boolean {
    const { mode, graceMs } = this.rules;
    if (mode === 'none' || mode === 'E') return true;
    if (mode === 'A') return false;
    const immediate = token.children.every(({ consumedAt }) => consumedAt === null);
    return immediate && arrivedAt - token.consumedAt! <= graceMs;
  }

  private replay(token: RefreshToken): RawAnswer {
    if (this.rules.mode === 'C') return this.tokensOf(token.children[0]!);
    if (this.rules.mode === 'D')
      for (const child of token.children) {
        child.dead = true;
        this.kill(child.accessToken);
      }
    return this.tokensOf(this.mint(token.family, token));
  }

  private mint(family: number, parent: RefreshToken | undefined): RefreshToken {
    const token: RefreshToken = {
      id: `rt-${++this.count}`,
      family,
      consumedAt: null,
      dead: false,
      children: [],
      parent,
      accessToken: this.mintAccessToken(),
    };
    this.refreshTokens.set(token.id, token);
    parent?.children.push(token);
    return token;
  }

  private mintAccessToken(): string {
    const id = `at-${++this.count}`;
    this.accessTokens.set(id, { expiresAt: this.world.now + this.rules.accessLifetimeMs, dead: false });
    return id;
  }

  private kill(accessToken: string): void {
    const known = this.accessTokens.get(accessToken);
    if (known) known.dead = true;
  }

  private killFamily(family: number): void {
    for (const token of this.refreshTokens.values())
      if (token.family === family) {
        token.dead = true;
        this.kill(token.accessToken);
      }
  }

  private tokensOf({ accessToken, id }: RefreshToken): RawAnswer {
    return this.tokens(accessToken, id);
  }

  private tokens(accessToken: string, refreshToken: string | undefined): RawAnswer {
    const expires_in = this.rules.accessLifetimeMs / 1000;
    return this.answer(200, {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in,
      ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    });
  }

  private refuse(): RawAnswer {
    return this.answer(400, { error: 'invalid_grant' });
  }

  private answer(status: number, body: object): RawAnswer {
    return {
      status,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
      receivedAt: this.world.now,
    };
  }
}
