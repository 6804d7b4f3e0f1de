import { Injectable } from '@nestjs/common';
import { ProviderCatalogue, ProviderError } from '#providers';
import type { SubjectIdentifier } from '#resource-server';
import {
  Database,
  IntegrationRepository,
  SecurityEventRepository,
  type Integration,
  type SecurityEventStream,
  type Transaction,
} from '#storage';
import { CriticalMembersService } from '../streams/critical-members.service.js';
import { namedPeople } from './named-people.js';

const batch = 200;
const tenant = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Which connections of a workspace a security event is about. */
@Injectable()
export class SubjectConnectionsService {
  constructor(
    private readonly database: Database,
    private readonly catalogue: ProviderCatalogue,
    private readonly critical: CriticalMembersService,
  ) {}

  /** Undefined where the subject says something critical that is not understood. `ended`: those that are revoked, too. */
  async find(
    stream: SecurityEventStream,
    subject: SubjectIdentifier,
    { ended = false } = {},
  ): Promise<string[] | undefined> {
    const { workspaceId: workspace } = stream;
    const critical = subject.format === 'complex' ? await this.critical.of(stream) : [];
    const named = namedPeople(subject, critical);
    if (!named) return undefined;
    const { endUsers, emails, atIssuer } = named;
    if (endUsers.length + emails.length + atIssuer.length === 0) return [];
    return this.database.inWorkspace(workspace, async (tx) => {
      const integrations = atIssuer.length === 0 ? [] : await allIntegrations(tx);
      const subjects = atIssuer.flatMap(({ issuer, subject: name }) =>
        integrations
          .filter((integration) => this.isOfIssuer(integration, issuer))
          .map(({ id }) => ({ integration: id, subject: name })),
      );
      return tx.get(SecurityEventRepository).listConnectionsOf({ endUsers, emails, subjects }, { ended });
    });
  }

  /** Some transmitters spell their issuer with a slash at its end where their ID tokens have none. */
  private isOfIssuer({ provider, settings }: Integration, issuer: string): boolean {
    const own = this.issuerOf(provider, settings);
    if (own === undefined) return false;
    if (!own.includes('{tenantid}')) return bare(own) === bare(issuer);
    const [before = '', after = ''] = own.split('{tenantid}');
    const isOfTemplate = issuer.startsWith(before) && issuer.endsWith(after);
    return isOfTemplate && tenant.test(issuer.slice(before.length, issuer.length - after.length));
  }

  private issuerOf(provider: string, settings: Record<string, unknown>): string | undefined {
    try {
      const resolved = this.catalogue.resolve(provider, settings);
      return resolved.server.issuer ?? resolved.needsDiscovery?.issuer;
    } catch (error) {
      if (error instanceof ProviderError) return undefined;
      throw error;
    }
  }
}

function bare(issuer: string): string {
  return issuer.replace(/\/$/, '');
}

async function allIntegrations(tx: Transaction): Promise<Integration[]> {
  const all: Integration[] = [];
  for (;;) {
    const rows = await tx.get(IntegrationRepository).list(batch, all.at(-1)?.id);
    all.push(...rows);
    if (rows.length < batch) return all;
  }
}
