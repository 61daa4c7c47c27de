// Panning the timeline of a run in a real Chromium, in its own trace: how long the page works for each frame (CPU time of the
// main thread: script, layout, paint, commit) and how far apart frames are drawn (wall time, the screen's 16.7 ms at best).
// Pointers come faster than frames, as from a mouse. Answer: the journal hash on the page is that of the same run in Node.
import { runOnce } from '../../engine/experiment/run-once.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { policyNamed } from '../../policies/registry.ts';
import { loadCatalog } from '../../scenarios/catalog/index.ts';
import { checkAnswer, figureName, type BenchCase, type CellResult, type Timing } from '../case.ts';
import { buildWorkbench, withChromium, type Page } from '../chromium.ts';
import { quantile } from '../statistics.ts';

interface TraceEvent { readonly name: string; readonly pid: number; readonly tid: number; readonly ts: number; readonly dur?: number; readonly tdur?: number }

const POLICY = 'fifo', SEED = 1;
/** Notches of the wheel before panning: the whole run, some days of it, some hours. */
const ZOOMS = [['whole', 0], ['days', 6], ['hours', 14]] as const;
const POINTER_EVERY_MS = 8, PAN_PX = 200, NOTCH_PX = 120;
const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'disabled-by-default-devtools.timeline.frame'];
/** What the main thread does for a frame; none of them lies within another. */
const FRAME_WORK: ReadonlySet<string> = new Set(['FireAnimationFrame', 'UpdateLayoutTree', 'Layout', 'PrePaint', 'Paint', 'Layerize', 'Commit']);

export const panCase: BenchCase = {
  name: 'pan',
  cells: ({ quick }) => [quick ? 'feature-120' : 'feature-10000'],
  measure: async (scenario, setting) => {
    const { run } = runOnce(compileScenario(loadCatalog(scenario)), { policy: policyNamed(POLICY), seed: SEED });
    buildWorkbench(setting);
    return withChromium(setting, async (browser, origin) => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } }), canvas = page.locator('.timeline canvas.main');
      await page.goto(`${origin}web/#/run?scenario=${scenario}&policy=${POLICY}&seed=${SEED}&v=1`);
      await canvas.waitFor({ timeout: 120_000 });
      checkAnswer('journal hash on the page', await page.textContent('#journal-hash') ?? '', run.hash);
      return measure(page, scenario, setting.quick ? 500 : 5000, run.hash);
    });
  },
};

async function measure(page: Page, scenario: string, ms: number, answer: string): Promise<CellResult> {
  const box = (await page.locator('.timeline canvas.main').boundingBox())!, x = box.x + box.width / 2, y = box.y + box.height / 4, rows: CellResult['rows'][number][] = [], figures: Record<string, number> = {};
  let notches = 0;
  for (const [name, zoom] of ZOOMS) {
    await page.mouse.move(x, y);
    for (; notches < zoom; notches++) await page.mouse.wheel(0, -NOTCH_PX);
    await page.waitForFunction(() => new Promise((settled) => { setTimeout(() => { settled(true); }, 500); }));
    const events = await tracedPan(page, x, y, ms), { work, gaps } = framesOf(events);
    rows.push(
      { what: `${scenario} ${name}: work for a frame`, value: work.p50, p99: work.p99, max: work.max, unit: 'ms CPU', samples: work.samples },
      { what: `${scenario} ${name}: from frame to frame`, value: gaps.p50, p99: gaps.p99, max: gaps.max, unit: 'ms', samples: gaps.samples },
    );
    figures[figureName(name, 'frame', 'max', 'ms')] = work.max;
    figures[figureName(name, 'gap', 'p99', 'ms')] = gaps.p99;
  }
  return { rows, figures, answer };
}

/** Drags to and fro with the trace on. */
async function tracedPan(page: Page, x: number, y: number, ms: number): Promise<TraceEvent[]> {
  const session = await page.context().newCDPSession(page), events: TraceEvent[] = [], complete = new Promise<void>((resolve) => { session.once('Tracing.tracingComplete', () => { resolve(); }); });
  session.on('Tracing.dataCollected', ({ value }) => { events.push(...value as unknown as TraceEvent[]); });
  await page.mouse.down();
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: CATEGORIES } });
  let sent = 0;
  const timer = setInterval(() => {
    sent++;
    session.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x: x + PAN_PX * Math.sin(sent / 30), y: y + PAN_PX / 7 * Math.sin(sent / 17), button: 'left', buttons: 1 }).catch(() => { /* the page is being closed */ });
  }, POINTER_EVERY_MS);
  await page.waitForTimeout(ms);
  clearInterval(timer);
  await session.send('Tracing.end');
  await complete;
  await page.mouse.up();
  await session.detach();
  return events;
}

/** ms: what the main thread of the page did from the begin of each frame to the next; and the time between frames drawn. */
function framesOf(events: readonly TraceEvent[]): { readonly work: Timing; readonly gaps: Timing } {
  const main = events.find(({ name }) => name === 'FireAnimationFrame');
  if (main === undefined) throw new Error('wrong answer: the page drew no frame while it was panned');
  const begins = events.filter(({ name, pid }) => name === 'BeginMainThreadFrame' && pid === main.pid).map(({ ts }) => ts).sort((a, b) => a - b), work = new Float64Array(begins.length);
  for (const { name, pid, tid, ts, dur = 0, tdur = dur } of events) {
    const frame = begins.findLastIndex((at) => at <= ts);
    if (frame >= 0 && pid === main.pid && tid === main.tid && FRAME_WORK.has(name)) work[frame]! += tdur / 1000;
  }
  const drawn = events.filter(({ name }) => name === 'DrawFrame').map(({ ts }) => ts / 1000).sort((a, b) => a - b);
  return { work: timingOf([...work]), gaps: timingOf(drawn.slice(1).map((at, k) => at - drawn[k]!)) };
}

function timingOf(ms: readonly number[]): Timing {
  return { p50: quantile(ms, 0.5), p99: quantile(ms, 0.99), max: ms.reduce((a, b) => Math.max(a, b), 0), samples: ms.length };
}
