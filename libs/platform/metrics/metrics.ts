import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type CounterConfiguration,
  type GaugeConfiguration,
  type HistogramConfiguration,
} from 'prom-client';

type WithoutRegistry<T> = Omit<T, 'registers'>;

/** The metrics of one service. Names begin with `evergrant_`; labels are few and never hold a secret or an id. */
export class Metrics {
  readonly registry = new Registry();

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
  }

  counter<L extends string>(options: WithoutRegistry<CounterConfiguration<L>>): Counter<L> {
    return new Counter({ ...options, registers: [this.registry] });
  }

  gauge<L extends string>(options: WithoutRegistry<GaugeConfiguration<L>>): Gauge<L> {
    return new Gauge({ ...options, registers: [this.registry] });
  }

  histogram<L extends string>(options: WithoutRegistry<HistogramConfiguration<L>>): Histogram<L> {
    return new Histogram({ ...options, registers: [this.registry] });
  }
}
