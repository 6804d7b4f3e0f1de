import { migrate, type ServiceName } from '#storage';

const SERVICE_URLS: Record<ServiceName, string> = {
  'auth-flow': 'AUTH_FLOW_DATABASE_URL',
  'refresh-worker': 'REFRESH_WORKER_DATABASE_URL',
  'revocation-audit': 'REVOCATION_AUDIT_DATABASE_URL',
  admin: 'ADMIN_DATABASE_URL',
};

async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const ownerUrl = env.DATABASE_URL;
  if (!ownerUrl) throw new Error('DATABASE_URL is not set. It is the URL of the role that owns the schema.');
  const serviceUrls = Object.fromEntries(
    Object.entries(SERVICE_URLS).flatMap(([service, name]) => (env[name] ? [[service, env[name]]] : [])),
  );
  const { ran } = await migrate({ ownerUrl, serviceUrls });
  process.stdout.write(ran.length === 0 ? 'the schema is up to date\n' : `migrated: ${ran.join(', ')}\n`);
}

main(process.env).catch((error: unknown) => {
  process.stderr.write(`migrate: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
