// Answers to the scenario view: files become drafts by the very code that opens them for the command line, and a draft that
// is sound is told as counts, bounds and weeks. A draft is text, so that what is saved is what was seen.
import { lowerBounds } from '../../engine/bounds/bounds.ts';
import { topologicalOrder } from '../../engine/bounds/paths.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { InputError } from '../../engine/model/errors.ts';
import { parseJsonText } from '../../engine/model/file-text.ts';
import type { Instance, Problem } from '../../engine/model/problem.ts';
import type { ScenarioFile } from '../../engine/model/scenario.ts';
import { HUMAN } from '../../engine/model/states.ts';
import { catalogEntry } from '../../scenarios/catalog/index.ts';
import { LONGEST_CALENDAR_MS } from '../../scenarios/formats/calendars.ts';
import { readCalendar } from '../../scenarios/formats/icalendar.ts';
import { GENERATORS, generateScenario } from '../../scenarios/generators/index.ts';
import { fleetOf, readOnto, resolvedScenario } from '../../scenarios/opening/open-scenario.ts';
import { checkSpotPrices, parseTraceChoice, withSpotTrace } from '../../scenarios/opening/spot-traces.ts';
import { JOBS_LISTED, WEEK_CELLS } from './scenario-protocol.ts';
import type { GraphShape, PersonWeek, ScenarioDraft, ScenarioQuestions, ScenarioSummary } from './scenario-protocol.ts';

type ScenarioHandlers = { readonly [K in keyof ScenarioQuestions]: (ask: ScenarioQuestions[K]['ask']) => ScenarioQuestions[K]['answer'] };

export const SCENARIO_HANDLERS: ScenarioHandlers = {
  catalogue: ({ name }) => draftOf(catalogEntry(name)),
  open: ({ text, fileName, fleet, processors }) => {
    const { scenario, report } = readOnto(text, fileName, { processors, fleet: fleet === undefined ? undefined : { fleet: namedSource(fleet.fileName, () => fleetOf(parseJsonText(fleet.text))), name: fleet.fileName } });
    return { ...draftOf(scenario), report };
  },
  generators: () => GENERATORS,
  generate: ({ generator, values }) => draftOf(generateScenario(generator, values)),
  trace: ({ text, trace, option, content }) => {
    const file = parseJsonText(text) as ScenarioFile, changed = withSpotTrace(file, trace, parseTraceChoice(option, trace === 'prices' ? '--spot-prices' : '--spot-trace', file), content);
    checkSpotPrices(changed);
    return draftOf(changed);
  },
  check: ({ text }) => {
    const file = parseJsonText(text) as ScenarioFile;
    return summaryOf(resolvedScenario(file), file);
  },
};

function draftOf(file: ScenarioFile): ScenarioDraft {
  return { name: file.name, text: `${JSON.stringify(file, null, 2)}\n`, report: undefined };
}

function namedSource<T>(name: string, make: () => T): T {
  try { return make(); } catch (error) { throw error instanceof InputError ? error.from(name) : error; }
}

/** `written`: before its calendars were resolved. */
function summaryOf(file: ScenarioFile, written: ScenarioFile): ScenarioSummary {
  const instance = compileScenario(file), { problem, hash } = instance;
  return {
    name: file.name, hash, counts: { tasks: problem.taskCount, edges: problem.predecessors.length, jobs: problem.jobCount, units: problem.unitCount, pools: problem.poolCount },
    shape: shapeOf(problem), kinds: kindsOf(problem), jobs: jobsOf(problem), bounds: lowerBounds(instance), weeks: weeksOf(instance, written), assumptions: file.assumptions ?? [],
  };
}

function shapeOf(problem: Problem): GraphShape {
  const { taskCount, predecessorFirst, predecessors, successorFirst } = problem, level = new Int32Array(taskCount), sizes: number[] = [];
  let sources = 0, sinks = 0;
  for (const t of topologicalOrder(problem)) {
    for (let k = predecessorFirst[t]!; k < predecessorFirst[t + 1]!; k++) level[t] = Math.max(level[t]!, level[predecessors[k]!]! + 1);
    sizes[level[t]!] = (sizes[level[t]!] ?? 0) + 1;
    if (predecessorFirst[t] === predecessorFirst[t + 1]) sources++;
    if (successorFirst[t] === successorFirst[t + 1]) sinks++;
  }
  return { levels: sizes.length, width: sizes.reduce((most, size) => Math.max(most, size), 0), sources, sinks };
}

function kindsOf({ taskKinds }: Problem): ScenarioSummary['kinds'] {
  const counts = new Map<string, number>();
  for (const kind of taskKinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, tasks]) => ({ kind, tasks })).sort((a, b) => b.tasks - a.tasks || (a.kind < b.kind ? -1 : 1));
}

function jobsOf({ jobCount, jobIds, jobFirst, jobRelease, jobDeadline, jobBudget }: Problem): ScenarioSummary['jobs'] {
  return Array.from({ length: Math.min(jobCount, JOBS_LISTED) }, (_, j) => ({ id: jobIds[j]!, tasks: jobFirst[j + 1]! - jobFirst[j]!, release: jobRelease[j]!, deadline: jobDeadline[j]!, budget: jobBudget[j]! }));
}

const CELL_MS = 1_800_000, WEEK_MS = WEEK_CELLS * CELL_MS, WEEKS = 8;
/** 1970 began on a Thursday. */
const FIRST_MONDAY_MS = 4 * 86_400_000;

/** One week a person. */
function weeksOf({ problem }: Instance, written: ScenarioFile): PersonWeek[] {
  const { epochMs, horizonMs, poolCount, poolKind, poolFirst, unitIds, unitAlways, calendarFirst, calendarStart, calendarEnd } = problem, untilMs = Math.min(horizonMs, WEEKS * WEEK_MS);
  return Array.from({ length: poolCount }, (_, pool) => pool).filter((pool) => poolKind[pool] === HUMAN).map((pool) => {
    const unit = poolFirst[pool]!, worked = new Float64Array(WEEK_CELLS), there = new Float64Array(WEEK_CELLS), offset = (((epochMs - FIRST_MONDAY_MS) % WEEK_MS) + WEEK_MS) % WEEK_MS;
    addSpan(there, offset, 0, untilMs);
    for (let k = calendarFirst[unit]!; k < calendarFirst[unit + 1]! && calendarStart[k]! < untilMs; k++) addSpan(worked, offset, calendarStart[k]!, Math.min(calendarEnd[k]!, untilMs));
    const always = unitAlways[unit] === 1, share = Float32Array.from(worked, (ms, cell) => (always ? 1 : there[cell]! > 0 ? ms / there[cell]! : 0));
    const total = worked.reduce((sum, ms) => sum + ms, 0);
    return { id: unitIds[unit]!, always, share, hoursPerWeek: always ? 168 : (total / untilMs) * 168, notes: calendarNotes(written, problem.poolIds[pool]!, epochMs, horizonMs) };
  });
}

/** Adds the ms of [from, to) since the epoch to the half hours they lie in; `offset`: the epoch within its week. */
function addSpan(cells: Float64Array, offset: number, from: number, to: number): void {
  for (let at = from; at < to;) {
    const within = (at + offset) % WEEK_MS, end = Math.min(to, at + CELL_MS - (within % CELL_MS));
    cells[Math.floor(within / CELL_MS)]! += end - at;
    at = end;
  }
}

/** How the person's iCalendar was read; nothing for other calendars. */
function calendarNotes({ fleet }: ScenarioFile, id: string, epochMs: number, horizonMs: number): string[] {
  const calendar = fleet.human?.find((person) => person.id === id)?.calendar;
  if (calendar === undefined || !('ics' in calendar)) return [];
  const { report: { timeZone, rule, occurrences, notes } } = readCalendar(calendar.ics, { epochMs, untilMs: epochMs + Math.min(horizonMs, LONGEST_CALENDAR_MS), ...(calendar.timeZone === undefined ? {} : { timeZone: calendar.timeZone }) });
  const counts = Object.entries(occurrences).filter(([, count]) => count > 0).map(([sort, count]) => `${count} ${sort}`).join(', ');
  return [`iCalendar, zone ${timeZone}: ${rule}`, `occurrences: ${counts || 'none'}`, ...notes];
}
