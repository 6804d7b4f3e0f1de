/** `node tools/prepare/run-compiled.mjs tools/migrate/main [args]`: prepares, then runs a compiled program of ours. */
import { prepared } from './prepare.mjs';
import { inRepository } from './repository.mjs';

const [program, ...args] = process.argv.slice(2);
await prepared(async () => {
  const path = inRepository('dist', `${program}.js`);
  process.argv = [process.execPath, path, ...args];
  await import(path);
});
