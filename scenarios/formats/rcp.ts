// Reads projects in the Patterson format (`.rcp`): number of jobs and of resources, the capacities, then for each job
// its duration, its requests, the number of its successors and these, counted from 1. First and last job are dummies.
// Source: J. H. Patterson, "A comparison of exact approaches for solving the multiple constrained resource project
// scheduling problem", Management Science 30 (1984) 854-867; format as in the PSPLIB and OptalCP collections.
import { IntegerReader, linesOf } from './integer-reader.ts';
import type { ImportedScenario, NameOption } from './imported.ts';
import { projectScenario } from './project-scenario.ts';
import type { Activity } from './project-scenario.ts';

/** Durations in whole periods become seconds. Throws `InputError` with the line and what was expected there. */
export function readRcp(text: string, options: NameOption = {}): ImportedScenario {
  const reader = new IntegerReader(linesOf(text));
  const jobs = reader.next('the number of jobs'), resources = reader.next('the number of resources');
  reader.endRecord('the numbers of jobs and resources');
  const capacities = reader.list(resources, 'the capacity of a resource');
  reader.endRecord('the capacities');
  const activities: Activity[] = [];
  while (activities.length < jobs) activities.push(readActivity(reader, activities.length + 1, resources));
  reader.endFile(`job ${jobs}`);
  return projectScenario({ format: 'patterson/rcp', name: options.name ?? 'rcp', capacities, activities });
}

function readActivity(reader: IntegerReader, number: number, resources: number): Activity {
  const duration = reader.next(`the duration of job ${number}`), path = reader.path;
  const requests = reader.list(resources, `a request of job ${number}`);
  const count = reader.next(`the number of successors of job ${number}`), successorsPath = reader.path;
  const successors = reader.list(count, `a successor of job ${number}`);
  reader.endRecord(`the successors of job ${number}`);
  return { number, path, duration, requests, successors, successorsPath };
}
