import { replicated, type ReplicatedService } from './settings.js';

export interface Replica {
  readonly service: ReplicatedService;
  /** `auth-flow`, and from the second one on `auth-flow-2`. */
  readonly name: string;
  readonly port: number;
}

export interface PortPlan {
  readonly gateway: number;
  readonly sandbox: number;
  readonly sandboxAdmin: number;
  readonly postgres: number;
  readonly redis: number;
  readonly replicas: readonly Replica[];
}

/** Where the second and further replicas begin; below it every port has one meaning, whatever the replicas. */
const FURTHER = 10;

/** The gateway takes the given port, everything else the next ones, the same on every start. */
export function planPorts(port: number, counts: Readonly<Record<ReplicatedService, number>>): PortPlan {
  const replicas: Replica[] = [];
  let further = port + FURTHER;
  replicated.forEach((service, index) => {
    replicas.push({ service, name: service, port: port + 1 + index });
    for (let number = 2; number <= counts[service]; number++)
      replicas.push({ service, name: `${service}-${number}`, port: further++ });
  });
  const [sandbox, sandboxAdmin, postgres, redis] = [port + 6, port + 7, port + 8, port + 9];
  return { gateway: port, sandbox, sandboxAdmin, postgres, redis, replicas };
}
