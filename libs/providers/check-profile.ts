import type { Rotation } from './rotation-schema.js';
import { placeholdersIn } from './template.js';

/** What of a profile the checks across its members look at. */
interface CheckedProfile {
  server: 'fixed' | 'integration' | 'sandbox';
  settings: Record<string, unknown>;
  issuer: string | null;
  issuer_pinned_by?: string;
  endpoints: Partial<Record<string, string>>;
  openid: boolean;
  client_authentication: { methods: string[] };
  authorization: { pkce: { use: string; reason?: string } };
  tokens: {
    slots: { slot: string }[];
    expires_in: { default_seconds: number | null; min_seconds: number; max_seconds: number };
  };
  rotation: Rotation;
  refresh_token: { absolute_seconds?: number; idle_seconds?: number };
  errors: { patterns: { status?: number; code?: string; body_includes?: string }[] };
  revocation: { shape: string; token_in: string; tokens: string[] } | null;
}

type Fault = (path: (string | number)[], message: string) => void;

/** What no single member can be wrong about alone. */
export function checkProfile(
  profile: CheckedProfile,
  context: { addIssue(issue: { code: 'custom'; path: (string | number)[]; message: string }): void },
): void {
  const fault: Fault = (path, message) => context.addIssue({ code: 'custom', path, message });
  for (const check of [
    checkServer,
    checkTemplates,
    checkClient,
    checkLifetimes,
    checkRevocation,
    checkPatterns,
  ])
    check(profile, fault);
}

function checkServer({ server, endpoints, openid, issuer }: CheckedProfile, fault: Fault): void {
  if (server === 'integration') {
    if (Object.keys(endpoints).length > 0) fault(['endpoints'], 'the integration names them: leave them out');
    return;
  }
  for (const name of ['authorization', 'token'])
    if (endpoints[name] === undefined) fault(['endpoints', name], 'is missing');
  if (!openid) return;
  if (issuer === null) fault(['issuer'], 'an OpenID provider has one');
  if (endpoints['jwks'] === undefined) fault(['endpoints', 'jwks'], 'an OpenID provider has one');
}

function checkTemplates(profile: CheckedProfile, fault: Fault): void {
  const used = new Set<string>();
  const templates: [string[], string | null | undefined, string[]][] = [
    [['issuer'], profile.issuer, ['tenantid']],
    ...Object.entries(profile.endpoints).map(([name, value]): [string[], string | undefined, string[]] => [
      ['endpoints', name],
      value,
      name === 'revocation' ? ['token', 'client_id'] : [],
    ]),
  ];
  for (const [path, template, own] of templates) {
    for (const name of placeholdersIn(template ?? '')) {
      used.add(name);
      const known = name === 'origin' ? profile.server === 'sandbox' : own.includes(name);
      if (!known && !(name in profile.settings)) fault(path, `{${name}} is no setting of this profile`);
    }
  }
  for (const name of Object.keys(profile.settings))
    if (!used.has(name)) fault(['settings', name], 'no template uses it');
  const pin = profile.issuer_pinned_by;
  if (pin !== undefined && !(pin in profile.settings)) fault(['issuer_pinned_by'], 'is no setting');
}

function checkClient({ client_authentication, authorization, tokens }: CheckedProfile, fault: Fault): void {
  const { methods } = client_authentication;
  if (new Set(methods).size !== methods.length)
    fault(['client_authentication', 'methods'], 'names one twice');
  if (authorization.pkce.use === 'off' && authorization.pkce.reason === undefined)
    fault(['authorization', 'pkce', 'reason'], 'PKCE is switched off only with a reason');
  const slots = tokens.slots.map(({ slot }) => slot);
  if (new Set(slots).size !== slots.length) fault(['tokens', 'slots'], 'names one twice');
}

function checkLifetimes({ tokens, refresh_token }: CheckedProfile, fault: Fault): void {
  const { min_seconds, max_seconds, default_seconds } = tokens.expires_in;
  if (min_seconds > max_seconds) fault(['tokens', 'expires_in', 'min_seconds'], 'is larger than max_seconds');
  if (default_seconds !== null && (default_seconds < min_seconds || default_seconds > max_seconds))
    fault(['tokens', 'expires_in', 'default_seconds'], 'is outside min_seconds and max_seconds');
  const { absolute_seconds, idle_seconds } = refresh_token;
  if (absolute_seconds !== undefined && idle_seconds !== undefined && idle_seconds > absolute_seconds)
    fault(['refresh_token', 'idle_seconds'], 'is larger than absolute_seconds');
}

function checkRevocation({ server, revocation, endpoints }: CheckedProfile, fault: Fault): void {
  const endpoint = endpoints['revocation'];
  if (revocation === null) {
    if (endpoint !== undefined) fault(['revocation'], 'says nothing of the endpoint');
    return;
  }
  if (endpoint === undefined && server !== 'integration') fault(['endpoints', 'revocation'], 'is missing');
  if (revocation.shape === 'rfc7009' && revocation.token_in !== 'form')
    fault(['revocation', 'token_in'], 'RFC 7009 has the token in the form');
  const inPath = placeholdersIn(endpoint ?? '').includes('token');
  if (inPath !== (revocation.token_in === 'path'))
    fault(
      ['revocation', 'token_in'],
      '{token} belongs into the endpoint exactly where the token is in the path',
    );
  if (new Set(revocation.tokens).size !== revocation.tokens.length)
    fault(['revocation', 'tokens'], 'names one twice');
}

function checkPatterns({ errors }: CheckedProfile, fault: Fault): void {
  errors.patterns.forEach(({ code, body_includes }, index) => {
    // A status alone would make whole classes of unknown answers known.
    if (code === undefined && body_includes === undefined)
      fault(['errors', 'patterns', index], 'needs a code or a part of the body');
  });
}
