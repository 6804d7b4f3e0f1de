import { Controller, Get, Post, UseGuards } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { AccessTokenVerifier, type AccessToken } from './access-token-verifier.js';
import { AccessTokenGuard } from './access-token.guard.js';
import { CurrentAccessToken, RequireTokenScope } from './require-token-scope.js';

@Controller('notes')
@UseGuards(AccessTokenGuard)
@RequireTokenScope('notes')
class NotesController {
  @Get()
  list(@CurrentAccessToken() token: AccessToken) {
    return { subject: token.subject };
  }

  @Post()
  @RequireTokenScope('notes:write')
  add() {
    return { added: true };
  }
}

const issuer = 'https://as.example.com';
const audience = 'https://api.example.com';
const { privateKey, publicKey } = await generateKeyPair('EdDSA');

let app: NestFastifyApplication;

beforeAll(async () => {
  const keys = { keys: [{ ...(await exportJWK(publicKey)), alg: 'EdDSA' }] };
  const verifier = new AccessTokenVerifier({ issuer, audience, keys });
  const module = await Test.createTestingModule({
    controllers: [NotesController],
    providers: [AccessTokenGuard, { provide: AccessTokenVerifier, useValue: verifier }],
  }).compile();
  app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  await app.init();
});

afterAll(() => app.close());

async function call(method: 'GET' | 'POST', scope?: string) {
  const jwt = new SignJWT({ client_id: 'client-1', scope })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('user-1')
    .setJti('token-1')
    .setIssuedAt()
    .setExpirationTime('1 minute');
  const headers = scope === undefined ? {} : { authorization: `Bearer ${await jwt.sign(privateKey)}` };
  const { statusCode, body, headers: answered } = await app.inject({ method, url: '/notes', headers });
  return { status: statusCode, body: JSON.parse(body) as unknown, challenge: answered['www-authenticate'] };
}

describe('a guarded route', () => {
  it('is reached with the scope it asks for, and knows the token', async () => {
    expect(await call('GET', 'notes')).toEqual({
      status: 200,
      body: { subject: 'user-1' },
      challenge: undefined,
    });
    expect(await call('POST', 'notes notes:write')).toMatchObject({ status: 201, body: { added: true } });
  });

  it('asks for the scopes of its controller and its own', async () => {
    const { status, challenge } = await call('POST', 'notes:write');
    expect(status).toBe(403);
    expect(challenge).toBe(
      'Bearer realm="https://api.example.com", error="insufficient_scope", ' +
        'error_description="The access token does not have the required scope", scope="notes notes:write"',
    );
  });

  it('asks for a token where there is none', async () => {
    expect(await call('GET')).toEqual({
      status: 401,
      body: { error: 'missing_token', error_description: 'An access token is required' },
      challenge: 'Bearer realm="https://api.example.com"',
    });
  });
});
