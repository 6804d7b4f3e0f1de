import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { interpretTokenAnswer, OAuthError, sendRefresh, type OAuthClient } from '#oauth';
import { OutboundClient, OutboundError } from '#outbound';
import { Problem, requestId, type Caller } from '#platform';
import { AuditRepository, Database, IntegrationRepository } from '#storage';
import type { ResolvedProvider } from '#providers';
import {
  IntegrationClientsService,
  type IntegrationClient,
} from '../authorizations/integration-clients.service.js';
import type { IntegrationCheck, IntegrationTestView } from './integration-test.view.js';

const deadlineMs = 10_000;

/** Tries an integration at its provider, with a refresh token that nobody was ever given: nothing is used up by it. */
@Injectable()
export class IntegrationTestService {
  constructor(
    private readonly database: Database,
    private readonly outbound: OutboundClient,
    private readonly clients: IntegrationClientsService,
  ) {}

  async test(caller: Caller, id: string): Promise<IntegrationTestView> {
    const { provider, clients } = await this.clientOf(caller, id);
    const checks: IntegrationCheck[] = [];
    for (const [i, client] of clients.entries()) {
      checks.push(...(await this.ask(provider, client, client.authentication.method === 'none' ? null : i)));
      // Each further secret would wait as long for as little.
      if (checks.some(({ name, outcome }) => name === 'endpoint' && outcome === 'failed')) break;
    }
    const shown = checks.filter(({ name }, i) => name === 'client' || i === 0);
    const isFailed = shown.some(({ outcome }) => outcome === 'failed');
    const isTaken = shown.find(({ name }) => name === 'client')?.outcome === 'passed';
    const ok = isTaken && !isFailed;
    await this.database.inWorkspace(caller.workspace, (tx) =>
      tx.get(AuditRepository).append({
        actor: caller.actor,
        action: 'integration.tested',
        subject: { type: 'integration', id },
        detail: { ok, codes: shown.map(({ code }) => code) },
        requestId: requestId(),
      }),
    );
    const host = new URL(provider.server.endpoints.token!).host;
    return { ok, tested_at: new Date().toISOString(), token_endpoint_host: host, checks: shown };
  }

  private async clientOf({ workspace }: Caller, id: string): Promise<IntegrationClient> {
    const integration = await this.database.inWorkspace(workspace, (tx) =>
      tx.get(IntegrationRepository).find(id),
    );
    if (!integration) throw new Problem('integration-not-found', `There is no integration ${id}.`);
    const client = await this.clients.load(workspace, id);
    if (client?.provider.server.endpoints.token) return client;
    throw new Problem('integration-is-draft', 'Give it its client_id and client_secret first.');
  }

  private async ask(
    { server, format, tokens, failures }: ResolvedProvider,
    client: OAuthClient,
    secret: number | null,
  ): Promise<IntegrationCheck[]> {
    const refreshToken = `evergrant-test-${randomBytes(24).toString('base64url')}`;
    const wire = { fetch: this.outbound.asFetch({ freshSocket: true, deadlineMs }), now: () => new Date() };
    try {
      const raw = await sendRefresh({ server, client, format, refreshToken, wire });
      const read = interpretTokenAnswer({ tokens, failures, raw });
      const code = read.kind === 'failure' ? read.failure.code : 'tokens_for_nothing';
      const told = { secret, code, http_status: raw.status };
      return [
        { name: 'endpoint', ...told, secret: null, outcome: 'passed', detail: 'It answered.' },
        {
          name: 'client',
          ...told,
          ...verdictOn(read.kind === 'failure' ? read.failure.class : undefined, code),
        },
      ];
    } catch (error) {
      if (!(error instanceof OutboundError || error instanceof OAuthError)) throw error;
      const detail = `It could not be asked (${error.code}).`;
      return [
        { name: 'endpoint', secret: null, outcome: 'failed', code: error.code, http_status: null, detail },
      ];
    }
  }
}

/** A server looks at the client before it looks at the grant: one that refuses the token has taken the client. */
function verdictOn(failure: string | undefined, code: string): Pick<IntegrationCheck, 'outcome' | 'detail'> {
  if (failure === 'REAUTHORIZE')
    return {
      outcome: 'passed',
      detail: 'Client id and secret were taken; the made-up token was refused, as it must be.',
    };
  if (code === 'invalid_client') return { outcome: 'failed', detail: 'Client id or secret was refused.' };
  if (failure === 'CLIENT_CONFIG')
    return { outcome: 'failed', detail: 'The provider refuses what this client asks for.' };
  return { outcome: 'unknown', detail: 'The answer does not say whether the client was taken.' };
}
