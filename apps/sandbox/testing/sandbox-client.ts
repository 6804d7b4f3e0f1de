import { createHash, randomBytes } from 'node:crypto';
import { ScriptedBrowser } from './scripted-browser.js';

export interface TokenAnswer {
  status: number;
  body: Record<string, unknown> & {
    access_token: string;
    refresh_token: string;
    id_token: string;
    error?: string;
  };
  headers: Headers;
}

interface Registration {
  client_id: string;
  client_secret: string;
}

export const redirectUri = 'http://localhost:4000/oauth/callback/int_test';

/** An OAuth client written by hand with fetch: a server must not be tested with the client library it was made with. */
export class SandboxClient {
  private constructor(
    private readonly origin: string,
    readonly id: string,
    readonly secret: string | undefined,
  ) {}

  static async register(origin: string, metadata: Record<string, unknown> = {}): Promise<SandboxClient> {
    const response = await fetch(`${origin}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: 'A test',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
        response_types: ['code'],
        ...metadata,
      }),
    });
    if (response.status !== 201) throw new Error(`registration: ${response.status} ${await response.text()}`);
    const { client_id, client_secret } = (await response.json()) as Registration;
    return new SandboxClient(origin, client_id, client_secret);
  }

  /** One that the sandbox knows already. */
  static known(origin: string, id: string, secret: string): SandboxClient {
    return new SandboxClient(origin, id, secret);
  }

  authorization(parameters: Record<string, string> = {}): {
    url: URL;
    verifier: string;
    parameters: Record<string, string>;
  } {
    const verifier = randomBytes(32).toString('base64url');
    const all = {
      client_id: this.id,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'openid profile notes:write',
      state: 'a-state',
      nonce: 'a-nonce',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...parameters,
    };
    return {
      url: new URL(`${this.origin}/authorize?${new URLSearchParams(all)}`),
      verifier,
      parameters: all,
    };
  }

  /** Logs in and consents where asked; answers what the client's redirect URI was told. */
  async authorize({
    browser = new ScriptedBrowser(this.origin),
    login = 'ada',
    password = 'correct horse',
    decision = 'allow',
    parameters = {},
    url,
  }: {
    browser?: ScriptedBrowser;
    login?: string;
    password?: string;
    decision?: string;
    parameters?: Record<string, string>;
    url?: URL;
  } = {}): Promise<{ told: URLSearchParams; verifier: string; pages: string[] }> {
    const request = this.authorization(parameters);
    const pages: string[] = [];
    let step = await browser.open(url ?? request.url);
    while (!step.leftFor && pages.length < 5) {
      const html = await step.response.text();
      const isLogin = html.includes('name="password"');
      if (step.response.status !== 200) throw new Error(`${step.response.status} at ${step.url}: ${html}`);
      pages.push(isLogin ? 'login' : 'consent');
      step = await browser.open(step.url, isLogin ? { login, password } : { decision });
    }
    return { told: step.leftFor?.searchParams ?? new URLSearchParams(), verifier: request.verifier, pages };
  }

  /** The whole code flow. */
  async connect(options: Parameters<SandboxClient['authorize']>[0] = {}): Promise<TokenAnswer> {
    const { told, verifier } = await this.authorize(options);
    return this.exchange(told.get('code') ?? '', verifier);
  }

  exchange(code: string, verifier: string): Promise<TokenAnswer> {
    return this.token({
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: redirectUri,
    });
  }

  refresh(refreshToken: string, parameters: Record<string, string> = {}): Promise<TokenAnswer> {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...parameters });
  }

  token(form: Record<string, string>): Promise<TokenAnswer> {
    return this.post('/token', form);
  }

  async introspect(token: string): Promise<Record<string, unknown>> {
    return (await this.post('/introspect', { token })).body;
  }

  revoke(token: string): Promise<TokenAnswer> {
    return this.post('/revoke', { token });
  }

  send(path: string, form: Record<string, string>): Promise<Response> {
    const basic = `Basic ${Buffer.from(`${this.id}:${this.secret}`).toString('base64')}`;
    return fetch(`${this.origin}${path}`, {
      method: 'POST',
      headers: this.secret ? { authorization: basic } : {},
      body: new URLSearchParams(this.secret ? form : { client_id: this.id, ...form }),
    });
  }

  async post(path: string, form: Record<string, string>): Promise<TokenAnswer> {
    const response = await this.send(path, form);
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      body: (json ? JSON.parse(text) : { text }) as TokenAnswer['body'],
    };
  }
}
