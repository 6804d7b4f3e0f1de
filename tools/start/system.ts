import type { KeptProcess } from './kept-process.js';

/** Everything this start keeps running, in the order in which it ends. */
export class System {
  private readonly layers = new Map<Layer, KeptProcess[]>();
  private ending = false;

  add(layer: Layer, process: KeptProcess): KeptProcess {
    this.layers.set(layer, [...(this.layers.get(layer) ?? []), process]);
    return process;
  }

  get isEnding(): boolean {
    return this.ending;
  }

  /** Ends one layer after the other: nothing is taken from under what still works. */
  async stop(): Promise<void> {
    this.ending = true;
    for (const layer of endingOrder)
      await Promise.all((this.layers.get(layer) ?? []).map((process) => process.stop()));
  }

  kill(): void {
    for (const layer of endingOrder) for (const process of this.layers.get(layer) ?? []) process.kill();
  }
}

const endingOrder = ['gateway', 'services', 'sandbox', 'redis', 'postgres'] as const;
export type Layer = (typeof endingOrder)[number];
