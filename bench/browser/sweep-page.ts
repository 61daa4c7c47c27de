// The page that makes sweeps in web workers, as the workbench does: `sweepPage` is what the bench calls from outside.
import { hashOf, sweep, type SweepPart, type SweepSetting, type SweepWorker } from '../cases/sweep-runs.ts';

/** One web worker; one part of a sweep at a time. */
class PageWorker implements SweepWorker {
  private readonly worker = new Worker(new URL('./sweep-web-worker.ts', import.meta.url), { type: 'module' });

  constructor(setting: SweepSetting) {
    this.worker.postMessage(setting);
  }

  run(first: number, count: number): Promise<SweepPart> {
    return new Promise((resolve, reject) => {
      this.worker.onmessage = ({ data }: MessageEvent<SweepPart>) => { resolve(data); };
      this.worker.onerror = (event) => { reject(new Error(event.message)); };
      this.worker.postMessage({ first, count });
    });
  }
}

let pool: PageWorker[] = [];

export const sweepPage = {
  begin(workers: number, setting: SweepSetting): void { pool = Array.from({ length: workers }, () => new PageWorker(setting)); },
  /** Wall ms, and the hash over all seeds. */
  async sweep(seeds: number): Promise<{ readonly ms: number; readonly hash: string }> {
    const from = performance.now(), parts = await sweep(pool, seeds);
    return { ms: performance.now() - from, hash: hashOf(parts) };
  },
};
export type SweepPage = typeof sweepPage;
(globalThis as { sweepPage?: SweepPage }).sweepPage = sweepPage;
