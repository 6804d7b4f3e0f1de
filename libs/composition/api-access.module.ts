import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { RedisConnections } from '#events';
import { OutboundClient } from '#outbound';
import { DenialRecorder, IdempotencyStore, KeyDirectory, RateLimitStore, WorkloadDirectory } from '#platform';
import { ApiKeyDirectory, Database, DenialLog, Directory, IdempotencyKeys } from '#storage';
import { SealedAnswers, Vault } from '#vault';
import { IssuerKeySets } from './issuer-key-sets.js';
import { TrustedWorkloads } from './trusted-workloads.js';
import { WorkloadAudience } from './workload-audience.js';

export interface MachineAccess {
  readonly PUBLIC_URL: string;
  readonly OUTBOUND_SANDBOX_ORIGIN?: string | undefined;
}

/** The platform's ports over our stores: API keys, workloads, denied attempts, rate limits and idempotency keys. */
@Module({})
export class ApiAccessModule {
  /** For a service that machines call: by API key, or as a workload, whose issuer is asked through the way out. */
  static forMachines(settings: MachineAccess): DynamicModule {
    return {
      module: ApiAccessModule,
      providers: [...everybody, ...machines(settings)],
      exports: [WorkloadAudience],
    };
  }

  /** For a service that people alone call, in their sessions. Its answers hold nothing that a vault would have to seal. */
  static forPeople(): DynamicModule {
    return { module: ApiAccessModule, providers: everybody };
  }
}

const everybody: Provider[] = [
  { provide: DenialRecorder, useClass: DenialLog },
  {
    provide: RateLimitStore,
    inject: [RedisConnections],
    useFactory: ({ commands }: RedisConnections) => ({ client: commands }),
  },
];

function machines({ PUBLIC_URL, OUTBOUND_SANDBOX_ORIGIN }: MachineAccess): Provider[] {
  const audience = new WorkloadAudience(PUBLIC_URL);
  return [
    { provide: KeyDirectory, useClass: ApiKeyDirectory },
    { provide: WorkloadAudience, useValue: audience },
    {
      provide: WorkloadDirectory,
      inject: [Directory, OutboundClient],
      useFactory: (directory: Directory, outbound: OutboundClient) =>
        new TrustedWorkloads(directory, new IssuerKeySets(outbound, OUTBOUND_SANDBOX_ORIGIN), audience),
    },
    {
      provide: IdempotencyStore,
      inject: [Database, Vault],
      useFactory: (database: Database, vault: Vault) =>
        new IdempotencyKeys(database, new SealedAnswers(vault)),
    },
  ];
}
