import { Injectable } from '@nestjs/common';
import { OutboundClient, OutboundError } from '#outbound';

/** What a transmitter publishes of itself (SSF 1.0 7.1). */
export interface TransmitterMetadata {
  issuer: string;
  jwksUri?: string;
  configurationEndpoint?: string;
  verificationEndpoint?: string;
  criticalSubjectMembers?: string[];
}

/** A stream as the transmitter made it (SSF 1.0 8.1.1). */
export interface CreatedStream {
  streamId: string;
  issuer: string;
  audience: string[];
  /** Of a poll stream. */
  endpointUrl?: string;
}

export type WantedDelivery =
  { method: 'push'; endpointUrl: string; authorization: string } | { method: 'poll' };

/** The transmitter did not do as it was asked. The message quotes nothing of its answer. */
export class TransmitterError extends Error {
  override readonly name = 'TransmitterError';
}

type Json = Record<string, unknown>;

const deadlineMs = 10_000;
const methods = { push: 'urn:ietf:rfc:8935', poll: 'urn:ietf:rfc:8936' };

/** Speaks to transmitters of SSF 1.0: discovery, and the streams that they keep for us. */
@Injectable()
export class SsfTransmitterClient {
  constructor(private readonly outbound: OutboundClient) {}

  /** SSF's address, then that of RISC before it. @throws TransmitterError, OutboundError */
  async discover(issuer: string): Promise<TransmitterMetadata> {
    const url = new URL(issuer);
    const path = url.pathname.replace(/\/$/, '');
    for (const name of ['ssf-configuration', 'risc-configuration']) {
      const address = `${url.origin}/.well-known/${name}${path}`;
      const { status, document } = await this.send('GET', address);
      if (status !== 200 || !document) continue;
      // One that names another issuer could stand in for it.
      if (document['issuer'] !== issuer)
        throw new TransmitterError("the transmitter's metadata names another issuer");
      return {
        issuer,
        jwksUri: text(document['jwks_uri']),
        configurationEndpoint: text(document['configuration_endpoint']),
        verificationEndpoint: text(document['verification_endpoint']),
        criticalSubjectMembers: texts(document['critical_subject_members']),
      };
    }
    throw new TransmitterError('the transmitter publishes no metadata');
  }

  /** @throws TransmitterError, OutboundError */
  async createStream(
    endpoint: string,
    token: string,
    wish: { delivery: WantedDelivery; events?: readonly string[]; description: string },
  ): Promise<CreatedStream> {
    const { delivery } = wish;
    const body = {
      delivery: deliveryOf(delivery),
      ...(wish.events && { events_requested: wish.events }),
      description: wish.description,
    };
    const { status, document } = await this.send('POST', endpoint, token, body);
    if (status !== 201 && status !== 200)
      throw new TransmitterError(`the transmitter refused the stream with status ${status}`);
    const streamId = text(document?.['stream_id']);
    const issuer = text(document?.['iss']);
    if (streamId === undefined || issuer === undefined)
      throw new TransmitterError("the transmitter's answer is no stream configuration");
    const given = document?.['delivery'] as Json | undefined;
    const audience = texts([document?.['aud']].flat()) ?? [];
    return { streamId, issuer, audience, endpointUrl: text(given?.['endpoint_url']) };
  }

  /** Gives it another secret to push with (SSF 1.0 8.1.1.3). @throws TransmitterError, OutboundError */
  async updateDelivery(
    endpoint: string,
    token: string,
    streamId: string,
    delivery: WantedDelivery,
  ): Promise<void> {
    const body = { stream_id: streamId, delivery: deliveryOf(delivery) };
    const { status } = await this.send('PATCH', endpoint, token, body);
    if (status < 200 || status > 299)
      throw new TransmitterError(`the transmitter refused the new authorization with status ${status}`);
  }

  /** Asks for a verification event that says `state` (SSF 1.0 8.1.4.2). @throws TransmitterError, OutboundError */
  async requestVerification(endpoint: string, token: string, streamId: string, state: string): Promise<void> {
    const { status } = await this.send('POST', endpoint, token, { stream_id: streamId, state });
    if (status < 200 || status > 299)
      throw new TransmitterError(`the transmitter refused the verification with status ${status}`);
  }

  /** @throws TransmitterError, OutboundError */
  async deleteStream(endpoint: string, token: string, streamId: string): Promise<void> {
    const url = new URL(endpoint);
    url.searchParams.set('stream_id', streamId);
    const { status } = await this.send('DELETE', url.href, token);
    if (status !== 404 && (status < 200 || status > 299))
      throw new TransmitterError(`the transmitter refused to delete the stream with status ${status}`);
  }

  private async send(
    method: string,
    url: string,
    token?: string,
    body?: Json,
  ): Promise<{ status: number; document: Json | undefined }> {
    const answer = await this.outbound.request(url, {
      method,
      deadlineMs,
      headers: {
        accept: 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, document: objectIn(answer.body) };
  }
}

function deliveryOf(delivery: WantedDelivery): Json {
  const method = methods[delivery.method];
  if (delivery.method === 'poll') return { method };
  return { method, endpoint_url: delivery.endpointUrl, authorization_header: delivery.authorization };
}

/** Whether a failure is the transmitter's, whoever noticed it. */
export function isTransmitterFailure(error: unknown): error is TransmitterError | OutboundError {
  return error instanceof TransmitterError || error instanceof OutboundError;
}

function objectIn(body: Buffer): Json | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  const isPlain = typeof value === 'string' && value !== '' && value.length <= 2_000;
  return isPlain && value.isWellFormed() && !value.includes('\0') ? value : undefined;
}

function texts(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value
    .map(text)
    .filter((one) => one !== undefined)
    .slice(0, 50);
}
