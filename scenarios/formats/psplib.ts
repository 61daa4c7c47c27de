// Reads single-mode PSPLIB projects (`.sm`): header, PRECEDENCE RELATIONS, REQUESTS/DURATIONS, RESOURCEAVAILABILITIES.
// Source: R. Kolisch, A. Sprecher, "PSPLIB - A project scheduling problem library", EJOR 96 (1997) 205-216.
import { inputError } from '../../engine/model/errors.ts';
import { IntegerReader, linesOf } from './integer-reader.ts';
import type { ImportedScenario, NameOption } from './imported.ts';
import { projectScenario } from './project-scenario.ts';
import type { Activity } from './project-scenario.ts';

/** Durations in whole periods become seconds. Throws `InputError` with the line and what was expected there. */
export function readPsplib(text: string, options: NameOption = {}): ImportedScenario {
  const lines = linesOf(text);
  const jobs = headerNumber(lines, /^jobs \(incl\. supersource\/sink \)\s*:\s*(\d+)\s*$/, 'jobs (incl. supersource/sink )');
  const resources = headerNumber(lines, /^\s*- renewable\s*:\s*(\d+)\s+R\s*$/, '- renewable');
  refuseOtherResources(lines);
  const links = readSuccessors(section(lines, 'PRECEDENCE RELATIONS:', 2), jobs);
  const activities = readRequests(section(lines, 'REQUESTS/DURATIONS:', 3), jobs, resources, links);
  const availability = section(lines, 'RESOURCEAVAILABILITIES:', 2);
  const capacities = availability.list(resources, 'the capacity of a resource');
  availability.endRecord('the capacities');
  return projectScenario({
    format: 'psplib/sm', name: options.name ?? 'psplib', capacities, activities,
    dropped: ['release date, due date, tardiness cost, horizon and recorded MPM time of the header'],
  });
}

function headerNumber(lines: readonly string[], pattern: RegExp, label: string): number {
  for (const line of lines) {
    const match = pattern.exec(line);
    if (match !== null) return Number(match[1]);
  }
  const hint = 'a PSPLIB file starts with a header between rows of asterisks';
  throw inputError('bad-header', '', `expected a header line "${label} : <number>", found none`, { hint });
}

function refuseOtherResources(lines: readonly string[]): void {
  lines.forEach((line, i) => {
    const match = /^\s*- (nonrenewable|doubly constrained)\s*:\s*(\d+)/.exec(line);
    if (match !== null && Number(match[2]) > 0) {
      const hint = 'use a single-mode instance with renewable resources only';
      throw inputError('unsupported', `line ${i + 1}`, `${match[1]!} resources are not supported`, { value: match[2], hint });
    }
  });
}

/** The numbers from `skip` lines below the heading to the next row of asterisks. */
function section(lines: readonly string[], heading: string, skip: number): IntegerReader {
  const at = lines.findIndex((line) => line.startsWith(heading));
  if (at < 0) throw inputError('truncated', `line ${lines.length}`, `expected the section "${heading}", found the end of the file`);
  const start = at + skip;
  const end = lines.findIndex((line, i) => i >= start && line.startsWith('*'));
  return new IntegerReader(lines.slice(start, end < 0 ? undefined : end), start + 1);
}

type Links = Pick<Activity, 'successors' | 'successorsPath'>;

function readSuccessors(reader: IntegerReader, jobs: number): Links[] {
  const links: Links[] = [];
  while (links.length < jobs) {
    const job = readJob(reader, links.length + 1), successorsPath = reader.path;
    const modes = reader.next(`the number of modes of job ${job}`);
    if (modes !== 1) throw inputError('unsupported', reader.path, `job ${job} has not one mode`, { value: modes, hint: 'use a single-mode instance' });
    const successors = reader.list(reader.next(`the number of successors of job ${job}`), `a successor of job ${job}`);
    reader.endRecord(`the successors of job ${job}`);
    links.push({ successors, successorsPath });
  }
  reader.endFile('the precedence relations');
  return links;
}

function readRequests(reader: IntegerReader, jobs: number, resources: number, links: readonly Links[]): Activity[] {
  const activities: Activity[] = [];
  while (activities.length < jobs) {
    const job = readJob(reader, activities.length + 1), path = reader.path;
    reader.next(`the mode of job ${job}`);
    const duration = reader.next(`the duration of job ${job}`);
    const requests = reader.list(resources, `a request of job ${job}`);
    reader.endRecord(`the requests of job ${job}`);
    activities.push({ number: job, path, duration, requests, ...links[job - 1]! });
  }
  reader.endFile('the requests');
  return activities;
}

function readJob(reader: IntegerReader, expected: number): number {
  const job = reader.next(`job number ${expected}`);
  if (job !== expected) throw inputError('out-of-order', reader.path, `expected job number ${expected}`, { value: job });
  return job;
}
