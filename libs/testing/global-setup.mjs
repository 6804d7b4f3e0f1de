import { compile, isBuilt } from '../../tools/prepare/build.mjs';
import { inRepository } from '../../tools/prepare/repository.mjs';

/**
 * Jest's set-up for specs with real servers: processes run from dist/, so it is brought up to date, and the keeper is
 * held for the whole run. Type errors are `npm run check`'s to report: a half-written file elsewhere stops no spec.
 */
export default async function setUp() {
  if (!isBuilt()) await compile();
  const { keeper } = await import(inRepository('dist/libs/testing/keeper/keeper-client.js'));
  await keeper();
}
