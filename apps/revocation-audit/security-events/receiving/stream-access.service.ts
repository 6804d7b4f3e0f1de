import { Injectable } from '@nestjs/common';
import { AccessPorts, requestId } from '#platform';
import { Database, Directory, SecurityEventStreamRepository, type SecurityEventStream } from '#storage';
import { CredentialRefused } from './credential-refused.js';
import { isAuthorized } from './stream-authorization.js';

/** A request to a stream's address. */
export interface StreamRequest {
  stream: string;
  authorization: string | undefined;
  /** Who asks, and by which route: for the record of refusals. */
  address: string;
  route: string;
}

const idShape = /^sst_[0-9a-z]{10,100}$/;

/** Finds the stream of a request; whoever lacks its secret learns not even whether there is one. */
@Injectable()
export class StreamAccessService {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly ports: AccessPorts,
  ) {}

  /** Undefined where there is none. @throws Problem `rate-limited` after too many refused attempts */
  async find({ stream, address }: StreamRequest): Promise<SecurityEventStream | undefined> {
    this.ports.limits.refuseFlood(address);
    const located = idShape.test(stream) ? await this.directory.findSecurityEventStream(stream) : undefined;
    if (!located) return undefined;
    return this.database.inWorkspace(
      located.workspace,
      async (tx) => (await tx.get(SecurityEventStreamRepository).find(stream)) ?? undefined,
    );
  }

  /** @throws CredentialRefused, Problem `rate-limited` */
  async authenticate(request: StreamRequest): Promise<SecurityEventStream> {
    const found = await this.find(request);
    if (!found || !isAuthorized(request.authorization, found)) throw this.refused(request);
    return found;
  }

  refused({ address, route }: StreamRequest): CredentialRefused {
    this.ports.limits.countDenied(address);
    this.ports.denials.record({ address, route, reason: 'invalid-stream-secret', requestId: requestId() });
    return new CredentialRefused(401, 'send the authorization that the stream was given');
  }
}
