import { checkModel, modes, type Variant } from './check-model.js';
import { modelFile } from './model-file.js';
import { provideModelTools, type ModelTools } from './model-tools.js';

const tools = provideModelTools();
const why = 'missing' in tools ? ` (skipped: ${tools.missing})` : '';
const suite = 'missing' in tools ? describe.skip : describe;
const check = (variant: Variant) => checkModel(modelFile(), tools as ModelTools, variant);

suite(`every order of the protocol’s steps${why}`, () => {
  it.each(modes)(
    'keeps its rules under mode %s',
    async (mode) => {
      const { holds, error, trail, states } = await check({ mode });
      expect({ holds, error, trail }).toEqual({ holds: true });
      expect(states).toBeGreaterThan(10_000);
    },
    120_000,
  );
});

suite(`the model notices where a rule is left out:${why}`, () => {
  it.each<[string, Variant, RegExp]>([
    ['promotion asks for neither fence nor state', { mode: 'none', broken: 1 }, /state!=2/],
    ['a strict token is retried blindly', { mode: 'A', broken: 2 }, /why==2/],
    ['a worker that was taken over still writes', { mode: 'A', broken: 3 }, /why==2/],
    ['a late write within a window', { mode: 'B', broken: 3 }, /alive>>token/],
    ['promotion asks for neither fence nor generation', { mode: 'B', broken: 4 }, /base\+1\)>generation/],
    ['an answer whose place is taken is dropped', { mode: 'E', broken: 5 }, /landing!=1/],
    ['an attempt is closed over an answer that just landed', { mode: 'none', broken: 6 }, /landing!=1/],
    ['a strict token is retried over an answer that just landed', { mode: 'A', broken: 7 }, /landedBefore/],
    ['an attempt that was closed is taken over', { mode: 'C', broken: 8 }, /open==0/],
    ['the loser closes the attempt of who took it over', { mode: 'A', broken: 9 }, /closed&&/],
    ['a refusal counts over an answer that landed', { mode: 'A', broken: 10 }, /landing!=1/],
  ])(
    '%s',
    async (_, variant, rule) => {
      const { holds, error, trail } = await check(variant);
      expect(holds).toBe(false);
      expect(error).toMatch(rule);
      expect(trail).toMatch(/worker:1\) refresh\.pml/);
    },
    120_000,
  );
});

suite(`the model is not vacuous, for it reaches${why}`, () => {
  it.each<[string, Variant]>([
    ['a replay in window B', { mode: 'B', reached: 1 }],
    ['a replay in window C', { mode: 'C', reached: 1 }],
    ['a replay in window D', { mode: 'D', reached: 1 }],
    ['a replay under E', { mode: 'E', reached: 1 }],
    ['a late retry under A', { mode: 'A', reached: 2 }],
    ['an orphan that is revoked', { mode: 'A', reached: 3 }],
    ['an orphan that is kept', { mode: 'B', reached: 4 }],
    ['a spool that is drained', { mode: 'A', reached: 5 }],
    ['a landing that another worker takes over', { mode: 'A', reached: 6 }],
    ['its end', { mode: 'A', reached: 7 }],
    ['its end after all refreshes and all faults', { mode: 'A', reached: 8 }],
  ])(
    '%s',
    async (_, variant) => {
      const { holds, error } = await check(variant);
      expect({ holds, error }).toEqual({
        holds: false,
        error: expect.stringContaining('assertion violated'),
      });
    },
    120_000,
  );
});
