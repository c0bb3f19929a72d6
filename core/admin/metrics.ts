import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  /** One answered request; `route` is the pattern, never the path, so that ids do not become labels. */
  observe(route: string, site: string, status: number, seconds: number): void;
  /** A number asked at each scrape. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  readonly contentType: string;
  text(): Promise<string>;
  /** 99th percentile of the event loop's delay in ms since the last time it was asked. */
  loopDelay(): number;
  close(): void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'portico_http_request_seconds',
    help: 'Time to answer a request by route pattern',
    labelNames: ['route', 'site', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  return {
    observe: (route, site, status, seconds) => requests.observe({ route, site, status: `${Math.floor(status / 100)}xx` }, seconds),
    gauge(name, help, read) {
      new Gauge({
        name: `portico_${name}`,
        help,
        registers: [registry],
        async collect() {
          this.set(await read());
        },
      });
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
    loopDelay() {
      const milliseconds = Number.isFinite(delay.percentile(99)) ? delay.percentile(99) / 1e6 : 0;
      delay.reset();
      return Math.round(milliseconds * 10) / 10;
    },
    close() {
      delay.disable();
      registry.clear();
    },
  };
}
