// The promise of one engine: a hundred random scenarios have the same journal in a worker of Chromium as in Node.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileScenario } from '../../engine/model/compile.ts';
import { validateScenario } from '../../engine/model/validate.ts';
import { simulate } from '../../engine/sim/run.ts';
import { parsePolicySpec, policies } from '../../policies/registry.ts';
import { resolveCalendars } from '../../scenarios/formats/calendars.ts';
import { hashText } from '../../web/worker/run-columns.ts';
import { DEFAULT_WEIGHTS } from '../../engine/model/policy.ts';
import { arbitraryScenario } from '../support/random-scenario.ts';
import { startWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

const SEED = 20_260_302, COUNT = 100;
let workbench: Workbench;

beforeAll(async () => { workbench = await startWorkbench(); });
afterAll(async () => { await workbench.close(); });

describe('journals', () => {
  it(`of ${COUNT} random scenarios are the same in Chromium and Node`, async () => {
    const cases = fc.sample(arbitraryScenario(), { numRuns: COUNT, seed: SEED }).map((file, k) => ({ file, policy: policies[k % policies.length]!.name, seed: k + 1 }));
    const node = cases.map(({ file, policy, seed }) => simulate(compileScenario(resolveCalendars(validateScenario(file))), { ...parsePolicySpec(policy), seed }).hash);
    const { page } = await workbench.open('#/compare?scenario=feature-12&seeds=1&v=1');
    await page.waitForSelector('[data-status="complete"]');
    const questions = cases.map(({ file, policy, seed }, k) => ({ kind: 'runs', study: { scenario: { from: 'file', key: `random ${k}`, file }, weights: DEFAULT_WEIGHTS }, policies: [policy], seeds: [seed] }));
    // A worker of our own, asked in comlink's words: the page has no way in for scenarios that are not on the screen.
    const words = await page.evaluate(async ({ url, texts }) => {
      const worker = new Worker(url, { type: 'module' }), found: string[] = [];
      for (const text of texts) {
        const reply = await new Promise<{ readonly ok: boolean; readonly value?: { readonly hash: Uint32Array }; readonly error?: unknown }>((resolve) => {
          worker.onmessage = ({ data }) => { resolve(data.value); };
          worker.postMessage({ id: 'x', type: 'APPLY', path: ['answer'], argumentList: [{ type: 'RAW', value: JSON.parse(text) }] });
        });
        found.push(reply.value === undefined ? `error ${JSON.stringify(reply.error)}` : [...reply.value.hash].join(' '));
      }
      return found;
    }, { url: page.workers()[0]!.url(), texts: questions.map((question) => JSON.stringify(question)) });
    const browser = words.map((text) => (text.startsWith('error') ? text : hashText({ hash: Uint32Array.from(text.split(' ').map(Number)) }, 0)));
    expect(browser).toEqual(node);
    expect(new Set(node).size).toBeGreaterThan(95);
  });
});
