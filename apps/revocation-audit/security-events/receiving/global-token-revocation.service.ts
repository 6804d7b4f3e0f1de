import { Injectable } from '@nestjs/common';
import { Problem, requestId } from '#platform';
import {
  AccessTokenError,
  parseSubject,
  RevocationRequestVerifier,
  SecurityEventError,
  type SubjectIdentifier,
} from '#resource-server';
import { Database, newId, SecurityEventRepository, type SecurityEventStream } from '#storage';
import { globalTokenRevocationType } from '../processing/event-types.js';
import { InboxService } from '../processing/inbox.service.js';
import { SubjectConnectionsService } from '../processing/subject-connections.service.js';
import { StreamAddresses } from '../streams/stream-addresses.js';
import type { GlobalTokenRevocation } from './security-event.dto.js';
import { StreamAccessService, type StreamRequest } from './stream-access.service.js';
import { StreamKeysService } from './stream-keys.service.js';
import { isAuthorized } from './stream-authorization.js';

const bearerJwt = /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i;

/** Revokes all connections of one user, for an identity provider that ended everything of theirs. */
@Injectable()
export class GlobalTokenRevocationService {
  constructor(
    private readonly access: StreamAccessService,
    private readonly keys: StreamKeysService,
    private readonly addresses: StreamAddresses,
    private readonly subjects: SubjectConnectionsService,
    private readonly database: Database,
    private readonly inbox: InboxService,
  ) {}

  /** Stored first, so that it happens whatever else does. @throws CredentialRefused, SecurityEventError, Problem `not-found` */
  async revoke(request: StreamRequest, wish: GlobalTokenRevocation): Promise<void> {
    const stream = await this.authenticate(request);
    const subject = parseSubject(wish.sub_id ?? wish.subject);
    if (!subject)
      throw new SecurityEventError('invalid_request', 'sub_id is no subject identifier (RFC 9493)');
    // Who asks again after all is revoked is told the same.
    const connections = await this.subjects.find(stream, subject, { ended: true });
    if (!connections || connections.length === 0)
      throw new Problem('not-found', 'Nobody here is connected under that name.');
    const id = await this.store(stream, subject);
    await this.inbox.process(stream.workspaceId, id, requestId());
  }

  private async store(
    { workspaceId, id: streamId }: SecurityEventStream,
    subject: SubjectIdentifier,
  ): Promise<string> {
    const id = newId('sev');
    const events = { [globalTokenRevocationType]: {} };
    const event = {
      id,
      streamId,
      jti: `global-token-revocation ${id}`,
      issuedAt: new Date(),
      subject,
      events,
    };
    await this.database.inWorkspace(workspaceId, (tx) => tx.get(SecurityEventRepository).insert(event));
    return id;
  }

  private async authenticate(request: StreamRequest): Promise<SecurityEventStream> {
    const stream = await this.access.find(request);
    if (stream && isAuthorized(request.authorization, stream)) return stream;
    const jwt = bearerJwt.exec(request.authorization ?? '')?.[1];
    if (!stream || jwt === undefined || !(await this.isSigned(stream, jwt)))
      throw this.access.refused(request);
    return stream;
  }

  private async isSigned(stream: SecurityEventStream, jwt: string): Promise<boolean> {
    const audience = this.addresses.globalTokenRevocation(stream.id);
    const keys = this.keys.of(stream);
    try {
      await new RevocationRequestVerifier({ issuer: stream.issuer, audience, keys }).verify(jwt);
      return true;
    } catch (error) {
      if (error instanceof AccessTokenError && error.refusal !== 'keys-unavailable') return false;
      throw new Problem('service-unavailable', 'The keys of the issuer cannot be had at the moment.', {
        retryAfterSeconds: 5,
      });
    }
  }
}
