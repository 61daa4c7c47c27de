// Panning the timeline of a run in a real Chromium, in its own trace. Of each frame: CPU time of the main thread (script,
// layout, paint, commit), wall time from its begin to its commit, and how long after the one before it was drawn (the screen's
// 16.7 ms at best). Pointers come faster than frames, as from a mouse. Other programs only make frames later, so there are
// several rounds, and wall times are judged by the quietest one; a bare page that draws nothing tells what the machine itself
// takes. Answer: the journal hash on the page is that of the same run in Node.
import { availableParallelism, loadavg } from 'node:os';
import { runOnce } from '../../engine/experiment/run-once.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { policyNamed } from '../../policies/registry.ts';
import { loadCatalog } from '../../scenarios/catalog/index.ts';
import { checkAnswer, figureName, type BenchCase, type CellResult, type Timing } from '../case.ts';
import { buildWorkbench, withChromium, type Page } from '../chromium.ts';
import { quantile } from '../statistics.ts';

interface TraceEvent { readonly name: string; readonly pid: number; readonly tid: number; readonly ts: number; readonly dur?: number; readonly tdur?: number }

/** Rounds of dragging, and ms of each. */
interface Pace { readonly rounds: number; readonly ms: number }

/** A frame that comes later than this after the one before is seen to be late: two of the screen's are missing. */
const LATE_MS = 32;
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
      return measure(page, scenario, setting.quick ? { rounds: 1, ms: 500 } : { rounds: 5, ms: 2000 }, run.hash);
    });
  },
};

async function measure(page: Page, scenario: string, { rounds, ms }: Pace, answer: string): Promise<CellResult> {
  const box = (await page.locator('.timeline canvas.main').boundingBox())!, x = box.x + box.width / 2, y = box.y + box.height / 4, rows: CellResult['rows'][number][] = [], figures: Record<string, number> = {};
  const row = (what: string, unit: string, { p50, p99, max, samples }: Timing): void => { rows.push({ what, value: p50, p99, max, unit, samples }); };
  let notches = 0;
  for (const [name, zoom] of ZOOMS) {
    await page.mouse.move(x, y);
    for (; notches < zoom; notches++) await page.mouse.wheel(0, -NOTCH_PX);
    await page.waitForFunction(() => new Promise((settled) => { setTimeout(() => { settled(true); }, 500); }));
    const drags: Frames[] = [];
    for (let round = 0; round < rounds; round++) drags.push(framesOf(await tracedPan(page, x, y, ms)));
    row(`${scenario} ${name}: work for a frame`, 'ms CPU', timingOf(drags.flatMap(({ work }) => work)));
    row(`${scenario} ${name}: begin to commit`, 'ms', timingOf(drags.flatMap(({ wall }) => wall)));
    row(`${scenario} ${name}: from frame to frame`, 'ms', timingOf(drags.flatMap(({ gaps }) => gaps)));
    row(`${scenario} ${name}: from frame to frame, quietest round`, 'ms', quietest(drags.map(({ gaps }) => gaps)));
    figures[figureName(name, 'frame', 'max', 'ms')] = timingOf(drags.flatMap(({ work }) => work)).max;
    figures[figureName(name, 'wall', 'max', 'ms')] = quietest(drags.map(({ wall }) => wall)).max;
    // A starved page may draw a single frame in a drag: there is no gap then.
    if (drags.some(({ gaps }) => gaps.length > 0)) figures[figureName(name, 'gap', 'p99', 'ms')] = timingOf(drags.flatMap(({ gaps }) => gaps)).p99;
    figures[figureName(name, 'gap', 'max', 'ms')] = quietest(drags.map(({ gaps }) => gaps)).max;
    figures[figureName(name, 'late', 'frames')] = quietest(drags.map(({ gaps }) => gaps), LATE_MS).samples;
  }
  const bare = await bareFrames(page, { rounds, ms });
  row('a bare page: from frame to frame', 'ms', timingOf(bare.flat()));
  row('a bare page: from frame to frame, quietest round', 'ms', quietest(bare));
  figures['bareGapMaxMs'] = quietest(bare).max;
  const [load] = loadavg(), cores = availableParallelism();
  return { rows, figures, answer, notes: load! > cores ? [`pan: other programs were at work (load ${load!.toFixed(1)} on ${cores} cores): wall times are theirs too, CPU times are the page's`] : [] };
}

/** The same drag over a page whose frames cost nothing. */
async function bareFrames(page: Page, { rounds, ms }: Pace): Promise<(readonly number[])[]> {
  await page.goto('about:blank');
  await page.evaluate(() => {
    const frame = (at: number): void => { document.body.style.background = `hsl(${at % 360} 50% 50%)`; requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
  });
  const found: (readonly number[])[] = [];
  for (let round = 0; round < rounds; round++) found.push(framesOf(await tracedPan(page, 600, 300, ms)).gaps);
  return found;
}

/** The round with the shortest longest time; `above`: only what takes longer. */
function quietest(rounds: readonly (readonly number[])[], above = 0): Timing {
  const timings = rounds.map((round) => ({ round, max: timingOf(round).max })), least = Math.min(...timings.map(({ max }) => max));
  return timingOf(timings.find(({ max }) => max === least)!.round.filter((time) => time > above));
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

/** ms, of every frame but the first. */
interface Frames {
  readonly work: readonly number[];
  readonly wall: readonly number[];
  readonly gaps: readonly number[];
}

/** What the main thread of the page did from the begin of each frame to the next, until when, and when frames were drawn. */
function framesOf(events: readonly TraceEvent[]): Frames {
  const main = events.find(({ name }) => name === 'FireAnimationFrame');
  if (main === undefined) throw new Error('wrong answer: the page drew no frame while it was panned');
  const begins = events.filter(({ name, pid }) => name === 'BeginMainThreadFrame' && pid === main.pid).map(({ ts }) => ts).sort((a, b) => a - b), work = new Float64Array(begins.length), wall = new Float64Array(begins.length);
  for (const { name, pid, tid, ts, dur = 0, tdur = dur } of events) {
    const frame = begins.findLastIndex((at) => at <= ts);
    if (frame < 0 || pid !== main.pid || tid !== main.tid || !FRAME_WORK.has(name)) continue;
    work[frame]! += tdur / 1000;
    wall[frame] = Math.max(wall[frame]!, (ts + dur - begins[frame]!) / 1000);
  }
  const drawn = events.filter(({ name, pid }) => name === 'DrawFrame' && pid === main.pid).map(({ ts }) => ts / 1000).sort((a, b) => a - b);
  return { work: [...work], wall: [...wall], gaps: drawn.slice(1).map((at, k) => at - drawn[k]!) };
}

function timingOf(ms: readonly number[]): Timing {
  return { p50: quantile(ms, 0.5), p99: quantile(ms, 0.99), max: ms.reduce((a, b) => Math.max(a, b), 0), samples: ms.length };
}
