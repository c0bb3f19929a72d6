import type { Response } from 'express';
import type { Route } from './routes.js';

const kept = 500;

interface Flow {
  requests: number;
  open: number;
  times: number[];
  idle: (() => void)[];
}

/** Counts requests per plugin: how many, how long, and which are still under way (so that a stopping plugin can drain). */
export class Traffic {
  #flows = new Map<string, Flow>();

  constructor(private readonly observe: (route: string, site: string, status: number, seconds: number) => void) {}

  begin(route: Route, res: Response): void {
    const flow = this.#flow(route.plugin);
    const start = performance.now();
    flow.requests += 1;
    flow.open += 1;
    res.once('close', () => {
      const took = performance.now() - start;
      flow.times[flow.requests % kept] = took;
      flow.open -= 1;
      if (flow.open === 0) for (const done of flow.idle.splice(0)) done();
      this.observe(`${route.method} ${route.path}`, route.site, res.statusCode, took / 1000);
    });
  }

  /** Resolves when no request of the plugin is under way, or when the time is over. */
  async drain(plugin: string, milliseconds: number): Promise<void> {
    const flow = this.#flow(plugin);
    if (flow.open === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      flow.idle.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  of(plugin: string): { requests: number; p95: number } {
    const { requests, times } = this.#flow(plugin);
    const sorted = times.filter((t) => t !== undefined).sort((a, b) => a - b);
    return { requests, p95: Math.round((sorted[Math.floor(sorted.length * 0.95)] ?? 0) * 10) / 10 };
  }

  #flow(plugin: string): Flow {
    let flow = this.#flows.get(plugin);
    if (!flow) this.#flows.set(plugin, (flow = { requests: 0, open: 0, times: [], idle: [] }));
    return flow;
  }
}
