/** `npm run build`: prepares and compiles to dist/. */
import { prepared } from './prepare.mjs';

await prepared(async (steps) => steps.line('  dist/ is up to date'));
