import { isPortFree } from '#embedded';
import type { PortPlan } from './port-plan.js';
import { StartError } from './start-error.js';

/** Refuses to start where another program holds a port; `held` are those of servers of ours found running. */
export async function refuseBusyPorts(plan: PortPlan, held: ReadonlySet<number>): Promise<void> {
  const wanted = new Map<number, string>([
    [plan.gateway, 'the gateway'],
    ...plan.replicas.map(({ name, port }): [number, string] => [port, name]),
    [plan.sandbox, 'the sandbox'],
    [plan.sandboxAdmin, 'the sandbox’s control API'],
    [plan.postgres, 'Postgres'],
    [plan.redis, 'Redis'],
  ]);
  const busy: string[] = [];
  for (const [port, name] of wanted)
    if (!held.has(port) && !(await isPortFree(port))) busy.push(`${port} (for ${name})`);
  if (busy.length === 0) return;
  const [ports, are] = busy.length === 1 ? ['Port', 'is'] : ['Ports', 'are'];
  throw new StartError(
    `${ports} ${busy.join(', ')} ${are} taken by another program. ` +
      `End it, or choose other ports: EVERGRANT_PORT=${plan.gateway + 100} npm start`,
  );
}
