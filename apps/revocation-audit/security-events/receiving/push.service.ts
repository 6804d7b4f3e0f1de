import { Injectable } from '@nestjs/common';
import { SecurityEventError } from '#resource-server';
import { CredentialRefused } from './credential-refused.js';
import { ReceiverService } from './receiver.service.js';
import { setMediaType } from './security-event-bodies.js';
import { StreamAccessService, type StreamRequest } from './stream-access.service.js';

/** Push delivery (RFC 8935). */
@Injectable()
export class PushService {
  constructor(
    private readonly access: StreamAccessService,
    private readonly receiver: ReceiverService,
  ) {}

  /** Resolves when the SET may be answered with 202. @throws SecurityEventError, Problem */
  async receive(request: StreamRequest, contentType: string | undefined, body: unknown): Promise<void> {
    const stream = await this.access.authenticate(request);
    if (stream.delivery !== 'push') throw new CredentialRefused(403, 'the stream is polled');
    const type = contentType?.split(';')[0]?.trim().toLowerCase();
    if (type !== setMediaType || typeof body !== 'string')
      throw new SecurityEventError('invalid_request', `send one SET as ${setMediaType}`);
    await this.receiver.receive(stream, body);
  }
}
