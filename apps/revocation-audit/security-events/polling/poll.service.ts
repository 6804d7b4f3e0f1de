import { Injectable, Logger } from '@nestjs/common';
import { OutboundClient, OutboundError } from '#outbound';
import { Problem } from '#platform';
import { SecurityEventError } from '#resource-server';
import { Database, SecurityEventStreamRepository, type SecurityEventStream } from '#storage';
import { Vault } from '#vault';
import { ReceiverService } from '../receiving/receiver.service.js';
import { readPollAnswer, type PollAnswer, type PollErrors } from './poll-answer.js';

/** How long a transmitter may hold a poll until it has something to say. */
const deadlineMs = 25_000;
/** Outlasts a poll and the storing of what it brought: then a second replica may take over. */
const leaseMs = 60_000;
const mostEvents = 50;
/** After an answer that said nothing and was not waited for. */
const idleMs = 5_000;
const heldMs = 2_000;
const failedMs = 15_000;
/** A transmitter that sends again what it was told to forget is not asked without end. */
const mostRounds = 200;

interface Settled {
  acknowledged: string[];
  errors: PollErrors;
}

/** Poll delivery (RFC 8936): asks, stores, and acknowledges what is stored with the next question. */
@Injectable()
export class PollService {
  private readonly logger = new Logger(PollService.name);

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly outbound: OutboundClient,
    private readonly receiver: ReceiverService,
  ) {}

  /** Polls a stream until it has nothing more. Does nothing where another replica polls it. */
  async poll(workspace: string, id: string, signal: AbortSignal): Promise<void> {
    const stream = await this.database.inWorkspace(workspace, (tx) =>
      tx.get(SecurityEventStreamRepository).claimPoll(id, leaseMs),
    );
    if (!stream) return;
    try {
      const authorization = await this.authorizationOf(stream);
      await this.settle(stream, await this.drain(stream, authorization, signal), null);
    } catch (error) {
      // Nothing is lost: what was not acknowledged comes again.
      const code = error instanceof OutboundError ? error.code : (error as Error).message;
      if (signal.aborted) return this.settle(stream, 0, null);
      this.logger.warn({ err: error, stream: id }, 'a stream could not be polled');
      await this.settle(stream, failedMs, code.slice(0, 200));
    }
  }

  /** Answers how many ms to wait until the next poll. */
  private async drain(
    stream: SecurityEventStream,
    authorization: string | undefined,
    signal: AbortSignal,
  ): Promise<number> {
    let last: Settled = { acknowledged: [], errors: {} };
    for (let round = 0; round < mostRounds; round++) {
      const askedAt = Date.now();
      const answer = await this.ask(stream, authorization, last, signal);
      const isQuiet = answer.sets.length === 0 && !answer.moreAvailable;
      if (isQuiet) return isNothing(last) && Date.now() - askedAt < heldMs ? idleMs : 0;
      last = await this.takeIn(stream, answer);
      await this.settle(stream, leaseMs, null);
      if (isNothing(last)) return failedMs;
    }
    return idleMs;
  }

  private async ask(
    { pollEndpoint }: SecurityEventStream,
    authorization: string | undefined,
    last: Settled,
    signal: AbortSignal,
  ): Promise<PollAnswer> {
    const { acknowledged, errors } = last;
    const body = JSON.stringify({
      maxEvents: mostEvents,
      // What is acknowledged must not wait for what comes next.
      returnImmediately: !isNothing(last),
      ...(acknowledged.length > 0 && { ack: acknowledged }),
      ...(Object.keys(errors).length > 0 && { setErrs: errors }),
    });
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      ...(authorization !== undefined && { authorization }),
      ...(Object.keys(errors).length > 0 && { 'content-language': 'en' }),
    };
    try {
      const request = { method: 'POST', headers, body, deadlineMs, signal };
      return readPollAnswer(await this.outbound.request(pollEndpoint!, request));
    } catch (error) {
      // It held the question for longer than we wait.
      if (error instanceof OutboundError && error.code === 'deadline-exceeded' && isNothing(last))
        return { sets: [], moreAvailable: false };
      throw error;
    }
  }

  /** Each is stored, or refused for good; what could not be decided is neither, and comes again. */
  private async takeIn(stream: SecurityEventStream, { sets }: PollAnswer): Promise<Settled> {
    const settled: Settled = { acknowledged: [], errors: {} };
    for (const { jti, set } of sets) {
      try {
        await this.receiver.receive(stream, set, jti);
        settled.acknowledged.push(jti);
      } catch (error) {
        if (error instanceof SecurityEventError)
          settled.errors[jti] = { err: error.code, description: error.description };
        else if (!(error instanceof Problem)) throw error;
      }
    }
    return settled;
  }

  private async authorizationOf(stream: SecurityEventStream): Promise<string | undefined> {
    const { workspaceId, id, sealedPollAuthorization, sealedManagementToken } = stream;
    const cipher = await this.vault.cipherFor(workspaceId);
    const open = (secret: string, sealed: Buffer) =>
      cipher.open({ stream: id, secret }, sealed).toString('utf8');
    if (sealedPollAuthorization) return open('poll', sealedPollAuthorization);
    return sealedManagementToken ? `Bearer ${open('management', sealedManagementToken)}` : undefined;
  }

  private async settle({ workspaceId, id }: SecurityEventStream, inMs: number, error: string | null) {
    await this.database.inWorkspace(workspaceId, (tx) =>
      tx.get(SecurityEventStreamRepository).settlePoll(id, inMs, error),
    );
  }
}

function isNothing({ acknowledged, errors }: Settled): boolean {
  return acknowledged.length === 0 && Object.keys(errors).length === 0;
}
