import { withConnection } from '#embedded';
import { migrate, serviceRoles, type ServiceName } from '#storage';
import { startPostgres } from '#testing';

export interface BenchDatabase {
  /** The superuser's, who sees through row-level security. */
  adminUrl: string;
  urlOf: (service: ServiceName) => string;
}

/** A Postgres that syncs what it commits, as production's does: the figures are of that. */
export class DurablePostgres {
  private constructor(private readonly server: Awaited<ReturnType<typeof startPostgres>>) {}

  static async start(): Promise<DurablePostgres> {
    return new DurablePostgres(await startPostgres());
  }

  /** A migrated database of its own. */
  async database(name: string): Promise<BenchDatabase> {
    await withConnection(this.server.url, (client) => client.query(`CREATE DATABASE ${name}`));
    const { password } = new URL(this.server.url);
    const as = (user: string) => {
      const url = new URL(this.server.url);
      Object.assign(url, { username: user, password, pathname: `/${name}` });
      return url.toString();
    };
    const urls = Object.entries(serviceRoles).map(([service, role]) => [service, as(role)]);
    const serviceUrls = Object.fromEntries(urls) as Record<ServiceName, string>;
    await migrate({ ownerUrl: as('postgres'), serviceUrls });
    return { adminUrl: as('postgres'), urlOf: (service) => serviceUrls[service] };
  }

  /** In order: what it had in memory is gone, what it committed is there. */
  async restart(): Promise<void> {
    await this.server.stop();
    await this.server.start();
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}
