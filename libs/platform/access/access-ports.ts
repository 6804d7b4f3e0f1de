import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { ServiceSettings } from '../config/setting.js';
import { AssertionVerifier } from './assertion.js';
import { DenialRecorder } from './denial-recorder.js';
import { KeyDirectory } from './key-directory.js';
import { RateLimit, RateLimitStore } from './rate-limits.js';

/** What the access guard asks: the ports that the service supplied, wherever in its modules they are. */
@Injectable()
export class AccessPorts implements OnModuleInit, OnApplicationShutdown {
  assertions: AssertionVerifier | undefined;
  perKey!: RateLimit;
  deniedPerAddress!: RateLimit;
  private keyDirectory: KeyDirectory | undefined;
  private denialRecorder: DenialRecorder | undefined;

  constructor(
    private readonly modules: ModuleRef,
    private readonly service: string,
    private readonly config: ServiceSettings & { ASSERTION_JWKS_FILE?: string },
  ) {}

  onModuleInit(): void {
    this.keyDirectory = this.port(KeyDirectory);
    this.denialRecorder = this.port(DenialRecorder);
    const store = this.port(RateLimitStore);
    this.perKey = new RateLimit('key', this.config.RATE_LIMIT_PER_KEY, store);
    this.deniedPerAddress = new RateLimit('denied', this.config.RATE_LIMIT_DENIED_PER_ADDRESS, store);
    const { ASSERTION_JWKS_FILE: file } = this.config;
    if (file !== undefined) this.assertions = AssertionVerifier.fromFile(file, this.service);
  }

  onApplicationShutdown(): void {
    this.perKey.close();
    this.deniedPerAddress.close();
  }

  get keys(): KeyDirectory {
    if (!this.keyDirectory) throw new Error(`${this.service} has routes with scopes but no KeyDirectory`);
    return this.keyDirectory;
  }

  get denials(): DenialRecorder {
    if (!this.denialRecorder) throw new Error(`${this.service} has routes with scopes but no DenialRecorder`);
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
