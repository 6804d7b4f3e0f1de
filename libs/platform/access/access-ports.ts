import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { ServiceSettings } from '../config/setting.js';
import { AssertionVerifier } from './assertion.js';
import { DenialRecorder } from './denial-recorder.js';
import { KeyDirectory } from './key-directory.js';
import { RateLimitStore } from './rate-limits.js';
import { RequestLimits } from './request-limits.js';
import { SessionDirectory } from './session-directory.js';
import { WorkloadDirectory } from './workload-directory.js';

/**
 * What the access guard asks: the ports that the service supplied, wherever in its modules they are. Credentials of
 * a kind that has no port are not taken.
 */
@Injectable()
export class AccessPorts implements OnModuleInit, OnApplicationShutdown {
  assertions: AssertionVerifier | undefined;
  keys: KeyDirectory | undefined;
  workloads: WorkloadDirectory | undefined;
  sessions: SessionDirectory | undefined;
  limits!: RequestLimits;
  private denialRecorder: DenialRecorder | undefined;

  constructor(
    private readonly modules: ModuleRef,
    readonly service: string,
    private readonly config: ServiceSettings & { ASSERTION_JWKS_FILE?: string },
  ) {}

  onModuleInit(): void {
    this.keys = this.port(KeyDirectory);
    this.workloads = this.port(WorkloadDirectory);
    this.sessions = this.port(SessionDirectory);
    this.denialRecorder = this.port(DenialRecorder);
    this.limits = new RequestLimits(this.config, this.port(RateLimitStore));
    const { ASSERTION_JWKS_FILE: file } = this.config;
    if (file !== undefined) this.assertions = AssertionVerifier.fromFile(file, this.service);
  }

  onApplicationShutdown(): void {
    this.limits.close();
  }

  get denials(): DenialRecorder {
    if (!this.denialRecorder)
      throw new Error(`${this.service} has routes with permissions but no DenialRecorder`);
    return this.denialRecorder;
  }

  private port<T>(token: abstract new (...args: never[]) => T): T | undefined {
    try {
      return this.modules.get<T>(token, { strict: false });
    } catch {
      return undefined;
    }
  }
}
