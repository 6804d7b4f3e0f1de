import { checkModel, modes } from './check-model.js';
import { modelFile } from './model-file.js';
import { provideModelTools, type ModelTools } from './model-tools.js';

/** `npm run model [-- --if-available]`: checks the refresh protocol's model under every rotation mode. */
async function main(args: string[]): Promise<number> {
  const tools = provideModelTools();
  if ('missing' in tools) {
    console.log(tools.missing);
    return args.includes('--if-available') ? 0 : 1;
  }
  return (await checkAll(tools)) ? 0 : 1;
}

async function checkAll(tools: ModelTools): Promise<boolean> {
  let all = true;
  for (const mode of modes) {
    const { holds, states, seconds, error, trail } = await checkModel(modelFile(), tools, { mode });
    const verdict = holds ? 'holds' : `BROKEN: ${error}`;
    console.log(
      `mode ${mode.padEnd(4)}  ${String(states).padStart(9)} states  ${seconds.toFixed(1)} s  ${verdict}`,
    );
    if (trail) console.log(trail);
    all &&= holds;
  }
  return all;
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(`model: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
