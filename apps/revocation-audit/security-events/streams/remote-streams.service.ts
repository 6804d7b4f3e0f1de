import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { OutboundError } from '#outbound';
import { Problem, type Caller } from '#platform';
import { Database, SecurityEventStreamRepository, type SecurityEventStream } from '#storage';
import { Vault } from '#vault';
import {
  isTransmitterFailure,
  SsfTransmitterClient,
  TransmitterError,
  type CreatedStream,
  type TransmitterMetadata,
} from './ssf-transmitter.client.js';
import { StreamAddresses } from './stream-addresses.js';

interface RemoteWish {
  token: string;
  authorization: string;
  events: readonly string[] | undefined;
  /** The audience was given, so the transmitter's does not replace it. */
  keepsAudience: boolean;
}

/** The other half of a stream: what the transmitter keeps of it (SSF 1.0). */
@Injectable()
export class RemoteStreamsService {
  private readonly logger = new Logger(RemoteStreamsService.name);

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly transmitters: SsfTransmitterClient,
    private readonly addresses: StreamAddresses,
  ) {}

  /**
   * Makes a stored stream at its transmitter and asks for its verification. Where that fails the stream is deleted:
   * nobody would send anything on it. @throws Problem `provider-error`
   */
  async make(caller: Caller, id: string, wish: RemoteWish): Promise<void> {
    try {
      const stream = await this.stored(caller.workspace, id);
      const metadata = await this.transmitters.discover(stream.issuer);
      const created = await this.createAt(metadata, stream, wish);
      const state = randomBytes(16).toString('base64url');
      await this.record(stream, metadata, created, { state, keepsAudience: wish.keepsAudience });
      await this.askForVerification(stream, metadata, created, { token: wish.token, state });
    } catch (error) {
      await this.database.inWorkspace(caller.workspace, (tx) =>
        tx.get(SecurityEventStreamRepository).delete(id),
      );
      throw isTransmitterFailure(error) ? new Problem('provider-error', wordsOf(error)) : error;
    }
  }

  /** Tells the transmitter what to send from now on. Where it does not take it, the stream's last error says so. */
  async giveAuthorization(stream: SecurityEventStream, authorization: string): Promise<void> {
    const { workspaceId, id, delivery, transmitter } = stream;
    if (!transmitter || delivery !== 'push') return;
    try {
      const token = await this.managementToken(stream);
      if (token === undefined) return;
      const wanted = { method: 'push' as const, endpointUrl: this.addresses.push(id), authorization };
      const { configurationEndpoint, streamId } = transmitter;
      await this.transmitters.updateDelivery(configurationEndpoint, token, streamId, wanted);
    } catch (error) {
      if (!isTransmitterFailure(error)) throw error;
      this.logger.warn({ err: error, stream: id }, 'the transmitter did not take the new authorization');
      await this.database.inWorkspace(workspaceId, (tx) =>
        tx.get(SecurityEventStreamRepository).recordError(id, wordsOf(error)),
      );
    }
  }

  /** Deletes it there, if that can be done: what is sent on it is refused from now on anyway. */
  async forget(stream: SecurityEventStream): Promise<void> {
    const { id, transmitter } = stream;
    if (!transmitter) return;
    try {
      const token = await this.managementToken(stream);
      if (token === undefined) return;
      await this.transmitters.deleteStream(transmitter.configurationEndpoint, token, transmitter.streamId);
    } catch (error) {
      this.logger.warn({ err: error, stream: id }, 'the transmitter keeps a stream that we deleted');
    }
  }

  private async managementToken(stream: SecurityEventStream): Promise<string | undefined> {
    const { workspaceId, id, sealedManagementToken } = stream;
    if (!sealedManagementToken) return undefined;
    const cipher = await this.vault.cipherFor(workspaceId);
    return cipher.open({ stream: id, secret: 'management' }, sealedManagementToken).toString('utf8');
  }

  private async createAt(
    { configurationEndpoint }: TransmitterMetadata,
    { id, delivery, issuer, name }: SecurityEventStream,
    { token, authorization, events }: RemoteWish,
  ): Promise<CreatedStream> {
    if (configurationEndpoint === undefined)
      throw new TransmitterError('the transmitter has no configuration endpoint');
    const created = await this.transmitters.createStream(configurationEndpoint, token, {
      delivery:
        delivery === 'push'
          ? { method: 'push', endpointUrl: this.addresses.push(id), authorization }
          : { method: 'poll' },
      events,
      description: name,
    });
    if (created.issuer !== issuer)
      throw new TransmitterError('the transmitter made the stream in the name of another issuer');
    if (delivery === 'poll' && created.endpointUrl === undefined)
      throw new TransmitterError('the transmitter does not say where to poll');
    return created;
  }

  private async record(
    { workspaceId, id }: SecurityEventStream,
    { verificationEndpoint, criticalSubjectMembers, configurationEndpoint = '' }: TransmitterMetadata,
    { streamId, audience, endpointUrl }: CreatedStream,
    { state, keepsAudience }: { state: string; keepsAudience: boolean },
  ): Promise<void> {
    const transmitter = { streamId, configurationEndpoint, verificationEndpoint, criticalSubjectMembers };
    await this.database.inWorkspace(workspaceId, async (tx) => {
      const streams = tx.get(SecurityEventStreamRepository);
      const stream = await streams.lock(id);
      if (!stream) return;
      const isPolled = stream.delivery === 'poll';
      await streams.update({
        ...stream,
        transmitter,
        audience: keepsAudience || audience.length === 0 ? stream.audience : audience,
        verificationState: verificationEndpoint === undefined ? null : state,
        pollEndpoint: isPolled ? (stream.pollEndpoint ?? endpointUrl ?? null) : null,
        pollDueAt: isPolled ? new Date() : null,
      });
    });
  }

  /** A transmitter that does not verify still transmits. */
  private async askForVerification(
    { workspaceId, id }: SecurityEventStream,
    { verificationEndpoint }: TransmitterMetadata,
    { streamId }: CreatedStream,
    { token, state }: { token: string; state: string },
  ): Promise<void> {
    if (verificationEndpoint === undefined) return;
    try {
      await this.transmitters.requestVerification(verificationEndpoint, token, streamId, state);
    } catch (error) {
      if (!isTransmitterFailure(error)) throw error;
      this.logger.warn({ err: error, stream: id }, 'the transmitter did not take the verification');
      await this.database.inWorkspace(workspaceId, (tx) =>
        tx.get(SecurityEventStreamRepository).recordError(id, wordsOf(error)),
      );
    }
  }

  private async stored(workspace: string, id: string): Promise<SecurityEventStream> {
    const stream = await this.database.inWorkspace(workspace, (tx) =>
      tx.get(SecurityEventStreamRepository).find(id),
    );
    if (!stream) throw new TransmitterError('the stream was deleted meanwhile');
    return stream;
  }
}

function wordsOf(error: TransmitterError | OutboundError): string {
  return error instanceof OutboundError ? `the transmitter cannot be called (${error.code})` : error.message;
}
