// The run as Prometheus metrics. Figures are read from the run when somebody asks; labels are units, entries and states,
// never tasks, so that their number is bounded by the fleet.
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { LiveOperations } from '../operations.ts';

export interface RunMetrics {
  /** `text/plain; version=0.0.4`. */
  text(): Promise<string>;
  readonly contentType: string;
  /** A request was answered. */
  answered(method: string, status: number, seconds: number): void;
}

/** Metrics of one run, in a registry of their own. */
export function runMetrics(run: LiveOperations): RunMetrics {
  const registry = new Registry(), registers = [registry];
  registry.setDefaultLabels({ run: run.status().run });
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) => new Gauge({ name: `twinclock_${name}`, help, labelNames: [...labelNames], registers });
  const tasks = gauge('tasks', 'Tasks by state', ['state']), jobs = gauge('jobs_open', 'Jobs that have not ended'), vms = gauge('vms', 'VMs that are not off'),
    spent = gauge('spent_dollars', 'Spent so far'), committed = gauge('spent_and_committed_dollars', 'Spent, and committed for work under way'), budget = gauge('budget_dollars', 'Budget of the run; none: no sample'),
    unknown = gauge('attempts_unknown', 'Attempts whose fate is not known'), refused = gauge('reports_refused', 'Reports refused by their token since the daemon started'),
    running = gauge('unit_tasks', 'Tasks on the unit, placed and running', ['unit', 'entry', 'phase']), used = gauge('unit_utilisation_ratio', 'Share of the unit in use, by dimension', ['unit', 'entry', 'dimension']),
    price = gauge('vm_price_dollars_per_hour', 'Price of VMs that are not off', ['unit', 'entry', 'market']), rows = gauge('journal_rows', 'Durable rows of the journal'), up = gauge('phase', '1 for the phase the run is in', ['phase']);
  const requests = new Histogram({ name: 'twinclock_request_seconds', help: 'API requests', labelNames: ['method', 'status'], buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2], registers });
  const scrapes = new Counter({ name: 'twinclock_scrapes_total', help: 'Times these metrics were read', registers });
  const read = (): void => {
    const status = run.status();
    for (const [state, count] of Object.entries(status.tasks)) tasks.set({ state }, count);
    jobs.set(status.jobs.open); vms.set(status.vms); spent.set(status.spent / 1e6); committed.set(status.spentAndCommitted / 1e6);
    unknown.set(status.unknown); refused.set(status.refusedReports); rows.set(status.rows);
    if (status.budget < 0) budget.reset(); else budget.set(status.budget / 1e6);
    up.reset(); up.set({ phase: status.phase }, 1);
    running.reset(); used.reset(); price.reset();
    for (const { unit, entry, placed, running: busy, used: inUse, capacity, market, price: perHour } of run.resources()) {
      running.set({ unit, entry, phase: 'placed' }, placed);
      running.set({ unit, entry, phase: 'running' }, busy);
      for (const [dimension, whole] of Object.entries(capacity)) if (whole > 0) used.set({ unit, entry, dimension }, (inUse[dimension] ?? 0) / whole);
      if (perHour !== undefined && market !== undefined) price.set({ unit, entry, market }, perHour / 1e6);
    }
  };
  return {
    contentType: registry.contentType,
    text: async () => { scrapes.inc(); read(); return registry.metrics(); },
    answered: (method, status, seconds) => { requests.observe({ method, status: String(status) }, seconds); },
  };
}
