import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSystem } from '#testing';
import { lintDocument, repositoryRoot } from './lint-document.js';

const repository = repositoryRoot();
const file = join(repository, 'docs', 'openapi.json');

/** `npm run openapi`: asks a running system for its merged document, writes it down and lints it. */
const system = await startSystem();
try {
  const answer = await fetch(`${system.bootstrap.public_url}/openapi.json`);
  if (!answer.ok) throw new Error(`the gateway answered ${answer.status}`);
  const document = (await answer.json()) as { paths: Record<string, object> };
  mkdirSync(join(repository, 'docs'), { recursive: true });
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
  console.log(`${Object.keys(document.paths).length} paths are in docs/openapi.json`);
  if (!lintDocument(file, repository)) process.exitCode = 1;
} finally {
  await system.stop();
}
process.exit();
