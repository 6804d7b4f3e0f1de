/** `npm start`: whatever Node the machine has, from an empty clone on. */
import { prepared } from '../prepare/prepare.mjs';
import { inRepository } from '../prepare/repository.mjs';

await prepared(async (steps) => {
  const { start } = await import(inRepository('dist', 'tools', 'start', 'start.js'));
  await start(steps);
});
