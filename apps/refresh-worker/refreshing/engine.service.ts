import { Inject, Injectable, Logger } from '@nestjs/common';
import { decodeRawAnswer, encodeRawAnswer, type RawAnswer } from '#oauth';
import { AttemptResolver, RefreshEngine, type EnginePorts, type EngineReport, type Gate } from '#refresh';
import { GateService } from '../gate/gate.service.js';
import { Spool } from '../spool/spool.js';
import type { Attempt, RefreshFacts } from './refresh-facts.js';
import { RefreshStoreService } from './refresh-store.service.js';
import { TokenEndpointService } from './token-endpoint.service.js';

/** The engine and its resolver (#refresh) over Postgres, the network, and this worker's disk and clock. */
@Injectable()
export class EngineService extends RefreshEngine<RefreshFacts> {
  readonly resolver: AttemptResolver<RefreshFacts>;

  constructor(
    store: RefreshStoreService,
    endpoint: TokenEndpointService,
    spool: Spool,
    @Inject(GateService) gate: Gate<RefreshFacts>,
  ) {
    const logger = new Logger(EngineService.name);
    const ports: EnginePorts<RefreshFacts> = {
      store,
      endpoint,
      spool: {
        write: ({ workspace, attempt, sealed }) =>
          spool.write({ workspace, attempt, sealed: sealed.toString('base64') }),
      },
      seal: { seal, open },
      clock: { now: () => performance.now(), every },
      gate,
      random: Math.random,
      report: (what) => report(logger, what),
    };
    super(ports);
    this.resolver = new AttemptResolver(ports, this);
  }
}

function seal({ id, facts }: Attempt, raw: RawAnswer): Buffer {
  return facts.cipher.seal({ attempt: id }, encodeRawAnswer(raw));
}

function open({ id, facts }: Attempt, sealed: Buffer): RawAnswer {
  return decodeRawAnswer(facts.cipher.open({ attempt: id }, sealed));
}

function every(ms: number, work: () => void): () => void {
  const timer = setInterval(work, ms);
  return () => clearInterval(timer);
}

function report(logger: Logger, { what, attempt, error }: EngineReport): void {
  switch (what) {
    case 'spooled':
      return logger.warn({ err: error, attempt }, 'Postgres did not take an answer; it goes to the spool');
    case 'nowhere-to-land':
      return logger.error({ err: error, attempt }, 'nor did the spool: it is installed from memory');
    case 'lease-not-renewed':
      return logger.debug({ err: error, attempt }, 'the lease was not renewed');
  }
}
