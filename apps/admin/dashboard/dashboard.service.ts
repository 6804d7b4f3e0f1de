import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { DashboardBuild } from './dashboard-build.js';
import { dashboardPlugin } from './dashboard.plugin.js';

/** Puts the dashboard's page behind admin's own routes, which come first because they are more specific. */
@Injectable()
export class DashboardService implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly build: DashboardBuild,
  ) {}

  onModuleInit(): void {
    // Not awaited: that would boot Fastify before Nest sets its handler of errors. It is loaded when the server listens.
    void this.host.httpAdapter
      .getInstance<FastifyInstance>()
      .register(dashboardPlugin, { build: this.build });
  }
}
