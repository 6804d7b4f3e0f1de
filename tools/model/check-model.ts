import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ModelTools } from './model-tools.js';

const run = promisify(execFile);

/** As refresh.pml numbers them. */
export const modes = ['none', 'A', 'B', 'C', 'D', 'E'] as const;
export type Mode = (typeof modes)[number];

export interface Variant {
  mode: Mode;
  /** The rule to leave out. */
  broken?: number;
  /** The place that must be reachable. */
  reached?: number;
}

export interface Verdict {
  /** Whether every order of steps was looked at and none breaks a rule. */
  holds: boolean;
  states: number;
  seconds: number;
  /** The rule that was broken, and the steps that lead there. */
  error?: string;
  trail?: string;
}

const maxMemoryMb = 3_500;
const maxDepth = 100_000;

/** Looks at every order of the model's steps. @throws where Spin or the compiler fails, or the search is cut short. */
export async function checkModel(model: string, tools: ModelTools, variant: Variant): Promise<Verdict> {
  const cwd = mkdtempSync(join(tmpdir(), 'evergrant-model-'));
  const defines = [
    `-DMODE=${modes.indexOf(variant.mode)}`,
    `-DBROKEN=${variant.broken ?? 0}`,
    `-DREACHED=${variant.reached ?? 0}`,
  ];
  const begun = performance.now();
  try {
    await run(tools.spin, ['-a', ...defines, model], { cwd });
    // A search that is to fail ends at once: there it is the compiler that takes the time.
    const optimised = variant.broken || variant.reached ? '-O0' : '-O2';
    const flags = [optimised, '-w', '-DSAFETY', '-DCOLLAPSE', `-DMEMLIM=${maxMemoryMb}`];
    await run(tools.compiler, [...flags, '-o', 'pan', 'pan.c'], { cwd });
    const { stdout } = await run(join(cwd, 'pan'), [`-m${maxDepth}`], { cwd });
    const read = verdictIn(stdout);
    const seconds = (performance.now() - begun) / 1000;
    if (read.holds) return { ...read, seconds };
    return { ...read, seconds, trail: await replay(tools, cwd, defines, model) };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

function verdictIn(output: string): Omit<Verdict, 'seconds'> {
  const [, errors] = /errors: (\d+)/.exec(output) ?? [];
  const [, states] = /(\d+) states, stored/.exec(output) ?? [];
  const error = /^pan:\d+: (.*)$/m.exec(output)?.[1];
  // A search that ran out of depth or memory has said nothing.
  const cut = /max search depth too small|out of memory|memory exhausted/.exec(output);
  if (errors === undefined || (errors === '0' && cut))
    throw new Error(`the search came to no end: ${cut?.[0] ?? output}`);
  return { holds: errors === '0', states: Number(states), error };
}

async function replay(tools: ModelTools, cwd: string, defines: string[], model: string): Promise<string> {
  const trail = join(cwd, 'refresh.pml.trail');
  if (!existsSync(trail)) return '';
  // Spin reports the broken rule by its exit code, too.
  const { stdout } = await run(tools.spin, ['-t', '-k', trail, '-p', ...defines, model], {
    cwd,
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: unknown) => ({ stdout: String((error as { stdout?: unknown }).stdout ?? error) }));
  return stdout.replaceAll(model, 'refresh.pml');
}
