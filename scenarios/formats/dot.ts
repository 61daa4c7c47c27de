// Reads a task graph in the DOT language. A node's work is its `Weight`, `work`, `duration` or `runtime` in seconds, or
// its `size` or `flops` in floating-point operations (the custom of SimGrid); an edge's communication is its `Weight`,
// `communication` or `delay` in seconds, paid only between resources, or its `data`, `size` or `bytes`. Names of
// attributes are read whatever their case. A schedule recorded in the file ("Start time", "Processor", ...) is left out.
// Sources: graphs of O. Sinnen, "Reducing the solution space of optimal task scheduling", Computers & Operations
// Research 43 (2014) 201-214; DOT task graphs of SimGrid, simgrid.org.
import { fault, inputError } from '../../engine/model/errors.ts';
import type { Fault } from '../../engine/model/errors.ts';
import type { FleetFile, PredecessorText, TaskFile } from '../../engine/model/scenario.ts';
import { parseBandwidth, parseBytes, parseDuration } from '../../engine/model/units.ts';
import { parseDot } from './dot-graph.ts';
import type { Attributes, DotGraph } from './dot-graph.ts';
import { chooseFleet, onFleet } from './graph-fleet.ts';
import type { ChosenFleet } from './graph-fleet.ts';
import { counted, importedScenario, notes, refuseFaults } from './imported.ts';
import type { ImportedScenario, ProcessorsOption } from './imported.ts';
import { taskKind } from './task-kind.ts';

const SECONDS = ['weight', 'work', 'duration', 'runtime'];
const OPERATIONS = ['flops', 'size'];
const DELAY = ['weight', 'communication', 'delay'];
const BYTES = ['data', 'bytes', 'size'];
const SCHEDULE = ['start time', 'finish time', 'processor', 'total schedule length'];
/** Floating-point operations a second of the reference core. */
const REFERENCE_SPEED = 1e9;
/** Between processors: 1 Gbps. A millisecond is a whole number of bytes, so communication times come out exactly. */
const BYTES_PER_SECOND = 125_000_000;
/** Seconds and bytes beyond this would not be exact in ms or at the bandwidths of fleets. */
const VALUE_MAX = 1e12;

/**
 * Runs on `options.fleet`, else on `options.processors` identical processors, else on the default fleet with one core a
 * task. Communication times become data at the bandwidth of the fleet. Throws `InputError` with lines.
 */
export function readDot(text: string, options: ProcessorsOption = {}): ImportedScenario {
  const graph = parseDot(text);
  if (!graph.directed) throw inputError('undirected', 'line 1', 'a task graph is a directed graph', { hint: 'write "digraph" and "->"' });
  const faults: Fault[] = [], chosen = withNetwork(chooseFleet(options, BYTES_PER_SECOND), graph), { fleet, processors } = chosen;
  const work = readWork(graph, faults), edges = readEdges(graph, bandwidthOf(fleet), faults);
  refuseFaults(faults);
  const { tasks, assumed } = onFleet([...graph.nodes.keys()].map((id) => taskFile(id, work, edges)), chosen);
  return importedScenario({
    format: 'dot', name: options.name ?? (graph.name === '' ? 'dot' : graph.name), mode: 'event',
    description: `Task graph of ${tasks.length} tasks${processors === undefined ? '' : ` on ${processors} processors`}`,
    jobs: [{ id: 'graph', tasks }], fleet,
    assumed: notes(
      'node weights are seconds on the reference core',
      work.operations > 0 && `sizes of ${counted(work.operations, 'node')} are floating-point operations, done at 1e9 a second`,
      edges.delays > 0 && 'edge weights are seconds, paid between different resources only, without contention',
      edges.parallel > 0 && `${counted(edges.parallel, 'repeated edge')} merged into one that carries the most`,
      ...assumed,
    ),
    dropped: droppedAttributes(graph),
    invented: notes(
      work.missing > 0 && `no work for ${counted(work.missing, 'node')} without a weight`,
      fleet.network !== options.fleet?.network && options.fleet !== undefined && 'a network on which communication takes its time',
      edges.sized > 0 && processors !== undefined && 'a network of 1 Gbps between the processors',
      ...chosen.invented,
    ),
    counts: processors === undefined ? {} : { processors },
  });
}

/** A fleet on which data is free to move would make communication times free: it gets the network of plain processors. */
function withNetwork(chosen: ChosenFleet, graph: DotGraph): ChosenFleet {
  const free = chosen.fleet.network === undefined && graph.edges.some((edge) => find(edge.attributes, DELAY) !== undefined);
  return free ? { ...chosen, fleet: { ...chosen.fleet, network: { bandwidth: BYTES_PER_SECOND } } } : chosen;
}

function taskFile(id: string, work: Work, edges: Edges): TaskFile {
  const kind = taskKind(id), after = edges.after.get(id);
  return {
    id, duration: work.seconds.get(id)!,
    ...(kind === id || kind === '' ? {} : { kind }),
    ...(after === undefined ? {} : { after: [...after.values()] }),
  };
}

/** Bytes a second. */
function bandwidthOf({ network: { bandwidth } = { bandwidth: BYTES_PER_SECOND } }: FleetFile): number {
  try { return parseBandwidth(bandwidth); }
  catch (cause) { throw inputError('bad-bandwidth', 'fleet.network.bandwidth', (cause as Error).message, { value: bandwidth }); }
}

interface Work {
  readonly seconds: Map<string, number>;
  operations: number;
  missing: number;
}

function readWork(graph: DotGraph, faults: Fault[]): Work {
  const work: Work = { seconds: new Map(), operations: 0, missing: 0 };
  for (const [id, { attributes, line }] of graph.nodes) {
    const path = `line ${line}`, time = find(attributes, SECONDS), operations = find(attributes, OPERATIONS);
    if (time !== undefined) work.seconds.set(id, number(time, durationSeconds, `the work of ${id}`, path, faults));
    else if (operations !== undefined) {
      work.seconds.set(id, number(operations, operationSeconds, `the size of ${id}`, path, faults));
      work.operations++;
    } else {
      work.seconds.set(id, 0);
      work.missing++;
    }
  }
  if (work.missing > 0 && work.missing === graph.nodes.size) {
    throw inputError('no-work', '', 'no node says how long it takes', { hint: 'give nodes a Weight (seconds), such as a [Weight=90]' });
  }
  return work;
}

interface Edges {
  /** Task -> predecessor id -> predecessor. */
  readonly after: Map<string, Map<string, PredecessorText>>;
  /** Edges that name a time, edges that name bytes instead, edges that were there already. */
  delays: number;
  sized: number;
  parallel: number;
}

function readEdges(graph: DotGraph, bytesPerSecond: number, faults: Fault[]): Edges {
  const edges: Edges = { after: new Map(), delays: 0, sized: 0, parallel: 0 };
  for (const { from, to, attributes, line } of graph.edges) {
    const path = `line ${line}`, delay = find(attributes, DELAY), bytes = find(attributes, BYTES), what = `of ${from} -> ${to}`;
    const data = delay !== undefined ? Math.round(number(delay, durationSeconds, `the weight ${what}`, path, faults) * bytesPerSecond)
      : bytes !== undefined ? number(bytes, dataBytes, `the data ${what}`, path, faults) : 0;
    if (delay !== undefined) edges.delays++;
    else if (bytes !== undefined) edges.sized++;
    const after = edges.after.get(to) ?? new Map<string, PredecessorText>(), before = after.get(from);
    if (before !== undefined) edges.parallel++;
    const most = Math.max(data, typeof before === 'object' ? Number(before.data) : 0);
    edges.after.set(to, after.set(from, most > 0 ? { task: from, data: most } : from));
  }
  return edges;
}

/** The first of `names` that is among the attributes, whatever its case. */
function find(attributes: Attributes, names: readonly string[]): string | undefined {
  for (const name of names) for (const [key, value] of attributes) if (key.toLowerCase() === name) return value;
  return undefined;
}

function number(text: string, parse: (text: string) => number, what: string, path: string, faults: Fault[]): number {
  try {
    const value = parse(text.trim());
    if (value > VALUE_MAX) throw new Error('too large');
    return value;
  } catch (cause) {
    faults.push(fault('bad-number', path, `${what}: ${(cause as Error).message}`, { value: text }));
    return 0;
  }
}

function amount(text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || value < 0) throw new Error('expected a number, zero or more');
  return value;
}

function operationSeconds(text: string): number {
  return amount(text) / REFERENCE_SPEED;
}

function isNumeral(text: string): boolean {
  return text !== '' && !Number.isNaN(Number(text));
}

function durationSeconds(text: string): number {
  return isNumeral(text) ? amount(text) : parseDuration(text) / 1000;
}

function dataBytes(text: string): number {
  return isNumeral(text) ? Math.round(amount(text)) : parseBytes(text);
}

/** Lines for what the file says beside work and communication: a schedule, and the rest by name. */
function droppedAttributes(graph: DotGraph): string[] {
  const names = new Set<string>(graph.attributes.keys());
  const add = (attributes: Attributes, read: readonly string[]): void => {
    for (const key of attributes.keys()) if (!read.includes(key.toLowerCase())) names.add(key);
  };
  for (const node of graph.nodes.values()) add(node.attributes, [...SECONDS, ...OPERATIONS]);
  for (const edge of graph.edges) add(edge.attributes, [...DELAY, ...BYTES]);
  const others = [...names].filter((name) => !SCHEDULE.includes(name.toLowerCase())).sort();
  return notes(
    others.length < names.size && 'the recorded schedule: start and finish times, processors, schedule length',
    others.length > 0 && `attributes: ${others.join(', ')}`,
  );
}
