import { Injectable } from '@nestjs/common';
import { checkIfMatch, Problem, requestId, type Caller } from '#platform';
import { publicPart } from '#resource-server';
import {
  AuditRepository,
  Database,
  newId,
  SecurityEventStreamRepository,
  type NewSecurityEventStream,
  type SecurityEventStream,
  type Transaction,
} from '#storage';
import { Vault } from '#vault';
import { newAuthorization } from '../receiving/stream-authorization.js';
import { RemoteStreamsService } from './remote-streams.service.js';
import type { CreateStream, UpdateStream } from './security-event-stream.dto.js';
import { StreamAddresses } from './stream-addresses.js';
import { StreamRulesService } from './stream-rules.service.js';

/** From whom security events are taken, and what is done about them. */
@Injectable()
export class SecurityEventStreamsService {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly rules: StreamRulesService,
    private readonly addresses: StreamAddresses,
    private readonly remote: RemoteStreamsService,
  ) {}

  async create(
    caller: Caller,
    wish: CreateStream,
  ): Promise<{ stream: SecurityEventStream; authorization: string }> {
    const { row, secrets } = rowOf(wish, (id) => this.addresses.push(id));
    this.rules.check({
      ...row,
      hasPollAuthorization: secrets.poll !== undefined,
      isManaged: secrets.management !== undefined,
    });
    const { authorization, authorizationHash } = newAuthorization();
    const sealed = await this.seal(caller.workspace, row.id, secrets);
    await this.database.inWorkspace(caller.workspace, async (tx) => {
      await tx
        .get(SecurityEventStreamRepository)
        .insert({ ...row, jwks: publicKeys(row.jwks), ...sealed, authorizationHash });
      const { name, issuer, delivery, policies } = row;
      await audit(tx, caller, 'security_event_stream.created', row.id, { name, issuer, delivery, policies });
    });
    if (secrets.management !== undefined)
      await this.remote.make(caller, row.id, {
        token: secrets.management,
        authorization,
        events: wish.events,
        keepsAudience: wish.audience !== undefined,
      });
    return { stream: await this.find(caller, row.id), authorization };
  }

  async find({ workspace }: Caller, id: string): Promise<SecurityEventStream> {
    return this.database.inWorkspace(workspace, (tx) => found(tx, id));
  }

  /** One more than `limit`, where there is one. */
  async list({ workspace }: Caller, limit: number, after?: string): Promise<SecurityEventStream[]> {
    return this.database.inWorkspace(workspace, (tx) =>
      tx.get(SecurityEventStreamRepository).list(limit + 1, after),
    );
  }

  async update(
    caller: Caller,
    id: string,
    change: UpdateStream,
    ifMatch: string | undefined,
  ): Promise<SecurityEventStream> {
    const { poll_authorization: poll } = change;
    const sealed = await this.seal(caller.workspace, id, { poll: poll ?? undefined });
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const before = await locked(tx, id);
      checkIfMatch(ifMatch, before.version);
      const after = { ...changed(before, change), ...(poll === null && { sealedPollAuthorization: null }) };
      Object.assign(after, sealed);
      const { sealedPollAuthorization } = after;
      const isManaged = before.transmitter !== null;
      this.rules.check({ ...after, isManaged, hasPollAuthorization: sealedPollAuthorization !== null });
      await tx.get(SecurityEventStreamRepository).update({ ...after, jwks: publicKeys(after.jwks) });
      const told = { fields: Object.keys(change), policies: change.policies, events: change.events };
      await audit(tx, caller, 'security_event_stream.updated', id, told);
      return found(tx, id);
    });
  }

  async delete(caller: Caller, id: string, ifMatch: string | undefined): Promise<void> {
    const deleted = await this.database.inWorkspace(caller.workspace, async (tx) => {
      const stream = await locked(tx, id);
      checkIfMatch(ifMatch, stream.version);
      await tx.get(SecurityEventStreamRepository).delete(id);
      const { name, issuer } = stream;
      await audit(tx, caller, 'security_event_stream.deleted', id, { name, issuer });
      return stream;
    });
    await this.remote.forget(deleted);
  }

  private async seal(
    workspace: string,
    stream: string,
    { poll, management }: { poll?: string; management?: string },
  ): Promise<Pick<NewSecurityEventStream, 'sealedPollAuthorization' | 'sealedManagementToken'>> {
    if (poll === undefined && management === undefined) return {};
    const cipher = await this.vault.cipherFor(workspace);
    const seal = (secret: string, value: string) => cipher.seal({ stream, secret }, value);
    return {
      ...(poll !== undefined && { sealedPollAuthorization: seal('poll', poll) }),
      ...(management !== undefined && { sealedManagementToken: seal('management', management) }),
    };
  }
}

function rowOf(wish: CreateStream, addressOf: (id: string) => string) {
  const id = newId('sst');
  const { issuer, delivery, name = issuer.slice(0, 200) } = wish;
  const row = {
    ...{ id, name, issuer, delivery },
    audience: wish.audience ?? [addressOf(id)],
    pollEndpoint: wish.poll_endpoint ?? null,
    pollDueAt: delivery === 'poll' && wish.management_token === undefined ? new Date() : null,
    jwksUri: wish.jwks_uri ?? null,
    jwks: wish.jwks ?? null,
    events: wish.events ?? null,
    policies: wish.policies ?? {},
  };
  return { row, secrets: { poll: wish.poll_authorization, management: wish.management_token } };
}

function changed(before: SecurityEventStream, change: UpdateStream): SecurityEventStream {
  const { name, audience, policies } = change;
  return {
    ...before,
    name: name ?? before.name,
    audience: audience ?? before.audience,
    policies: policies ?? before.policies,
    pollEndpoint: change.poll_endpoint ?? before.pollEndpoint,
    jwksUri: change.jwks_uri === undefined ? before.jwksUri : change.jwks_uri,
    jwks: change.jwks === undefined ? before.jwks : change.jwks,
    events: change.events === undefined ? before.events : change.events,
  };
}

function publicKeys(jwks: SecurityEventStream['jwks']): SecurityEventStream['jwks'] {
  return jwks && { keys: jwks.keys.map(publicPart) };
}

async function locked(tx: Transaction, id: string): Promise<SecurityEventStream> {
  return (await tx.get(SecurityEventStreamRepository).lock(id)) ?? raise(id);
}

async function found(tx: Transaction, id: string): Promise<SecurityEventStream> {
  return (await tx.get(SecurityEventStreamRepository).find(id)) ?? raise(id);
}

function raise(id: string): never {
  throw new Problem('security-event-stream-not-found', `There is no stream ${id} in this workspace.`);
}

async function audit(
  tx: Transaction,
  { actor }: Caller,
  action: string,
  id: string,
  detail: Record<string, unknown>,
): Promise<void> {
  const subject = { type: 'security_event_stream', id };
  await tx.get(AuditRepository).append({ actor, action, subject, detail, requestId: requestId() });
}
