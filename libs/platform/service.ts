import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger } from './logging/create-logger.js';
import { NestLogger } from './logging/nest-logger.js';
import { wantsRawBody } from './http/body-rules.js';
import { addServiceHooks } from './http/service-hooks.js';
import { closeUnusedConnections } from './http/unused-connections.js';
import { formMediaType } from './http/form-encoded.js';
import { requestIdOf } from './http/request-context.js';
import { Metrics } from './metrics/metrics.js';
import { DocumentHolder } from './openapi/openapi.controller.js';
import { openApiDocument } from './openapi/openapi-document.js';
import { PlatformModule, type PlatformOptions } from './platform.module.js';
import { problemOf } from './problem/problem-of.js';
import { problemDocument } from './problem/problem.js';
import { leaveOnSignals } from './shutdown.js';

export interface ServiceOptions extends PlatformOptions {
  /** Of the OpenAPI document. */
  title?: string;
  description?: string;
}

const bodyLimit = 100 * 1024;
const keepAliveMs = 75_000;

/** A service, wired and not yet listening: `await app.init()` for inject, `await app.listen(port, host)`. */
export async function createService(options: ServiceOptions): Promise<NestFastifyApplication> {
  const { service, config, title = `Evergrant ${service}`, description } = options;
  const logger = createLogger(service, config.LOG_LEVEL);
  const adapter = new FastifyAdapter({
    bodyLimit,
    trustProxy: config.TRUSTED_PROXIES.length > 0 ? config.TRUSTED_PROXIES : 'loopback',
    genReqId: requestIdOf as never,
    keepAliveTimeout: keepAliveMs,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 512 },
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      const problem = problemOf(error);
      void reply
        .status(problem.status)
        .type('application/problem+json')
        .send(JSON.stringify(problemDocument(problem, request.id)));
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(PlatformModule.around(options), adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
    forceCloseConnections: false,
  });
  const server = app.getHttpAdapter().getInstance();
  const parseJson = server.getDefaultJsonParser('error', 'error');
  app.useBodyParser('application/json', { bodyLimit }, (request, body, done) => {
    if (wantsRawBody(request)) done(null, body);
    else void parseJson(request as FastifyRequest, body as unknown as string, done);
  });
  app.useBodyParser(formMediaType, { bodyLimit });
  addServiceHooks(server, app.get(Metrics), logger);
  closeUnusedConnections(server);
  app.get(DocumentHolder).make = () =>
    openApiDocument(app, { title, ...(description !== undefined && { description }) });
  return app;
}

/** Starts a service: listens on HOST:PORT, says so in one line, and leaves in order on SIGTERM or SIGINT. */
export async function bootService(options: ServiceOptions): Promise<NestFastifyApplication> {
  const { service, config } = options;
  const logger = createLogger(service, config.LOG_LEVEL);
  try {
    const app = await createService(options);
    leaveOnSignals(app, logger, config.SHUTDOWN_TIMEOUT_SECONDS);
    await app.listen(config.PORT, config.HOST);
    logger.info({ url: await app.getUrl(), start_ms: Math.round(process.uptime() * 1_000) }, 'listening');
    return app;
  } catch (error) {
    logger.fatal({ err: error }, `${service} could not start`);
    logger.flush();
    process.exitCode = 1;
    setTimeout(() => process.exit(1), 500).unref();
    throw error;
  }
}
