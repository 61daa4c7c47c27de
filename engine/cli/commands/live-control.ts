// The commands that speak to a running daemon: look at the run, add work to it, change it, stop it. Each is one call of the
// daemon's REST interface; what it answers is what is printed.
import type { Command } from 'commander';
import { InputError, inputError } from '../../model/errors.ts';
import { at, connect } from '../live/client.ts';
import type { Client } from '../live/client.ts';
import { confirmed } from '../live/confirm.ts';
import { watchEvents } from '../live/event-lines.ts';
import { SMALL_FILE_BYTES_MAX, parseJsonText } from '../../model/file-text.ts';
import { readText } from '../input/read-text.ts';
import { parseWeights } from '../input/option-values.ts';
import { submissionOf } from '../live/submission.ts';
import { attemptLines, costLine, inboxTable, recordLine, statusReport, waitingReport } from '../report/live-report.ts';
import type { InboxItemJson, ResourceJson, RunJson, TaskJson, WaitingJson } from '../report/live-report.ts';
import { colorOut, print, printJson } from '../terminal.ts';

export interface ControlOptions {
  readonly tokenFile?: string;
  readonly json?: boolean;
}

/** Adds the commands. */
export function addLiveControlCommands(program: Command): void {
  command(program, 'status [run]', 'what a live run is doing', status).option('--task <id>', 'one task: its attempts, or why it waits').option('--tasks', 'every task that has not ended');
  command(program, 'watch [run]', 'rows of a live run as they come, until Ctrl-C', watch).option('--from <row>', 'begin with this row (default: what comes from now on)');
  command(program, 'submit <file> [run]', 'add the jobs of a scenario or task graph to a live run', submit).option('--key <key>', 'idempotency key: sent again with the same key, nothing is added twice');
  for (const [name, summary, path, done] of SIMPLE) command(program, `${name} [run]`, summary, async (client, _args, options) => { report(await client.send<RunJson>('POST', path), options, done); });
  command(program, 'kill-switch [run]', 'end every attempt and every VM at once; the work is kept', killSwitch).option('--yes', 'do not ask');
  command(program, 'cancel <what> [run]', 'cancel a job, or a task and all that depends on it', cancel);
  command(program, 'adjust [run]', 'other weights, budget, policy or fleet from now on, all in one step or not at all', adjust)
    .option('--weights <l,c,f>', 'latency, cost and fragmentation, which sum to 1', parseWeights).option('--budget <dollars>', 'for the whole run').option('--policy <name>', 'with parameters after a colon: weighted:theta=0.8').option('--fleet <file>', 'the fleet of a scenario file');
  command(program, 'inbox [run]', 'what people are asked to do', inbox).option('--person <id>', 'of one person').option('--all', 'also what has ended');
  command(program, 'approve <item> [run]', 'complete an item of the inbox', (client, args, options) => answer(client, args, options, 'complete')).option('--result <json>', 'the result, for the tasks that follow').option('--person <id>', 'who did it');
  command(program, 'decline <item> [run]', 'refuse an item of the inbox', (client, args, options) => answer(client, args, options, 'decline')).option('--reason <text>', 'why').option('--person <id>', 'who refuses');
  command(program, 'claim <item> [run]', 'take an item of the inbox', (client, args, options) => answer(client, args, options, 'claim')).option('--person <id>', 'who takes it');
  command(program, 'delegate <item> <person> [run]', 'hand an item of the inbox to somebody else', (client, args, options) => answer(client, args, options, 'delegate'));
}

const SIMPLE = [
  ['pause', 'no further decisions; what runs goes on', '/v1/run/pause', 'paused: what runs goes on, nothing new is decided'],
  ['resume', 'decide again', '/v1/run/resume', 'running'],
  ['drain', 'let what runs end, then release every VM', '/v1/run/drain', 'draining: nothing new is decided, VMs are released as they become idle'],
] as const;

export type Action = (client: Client, args: readonly (string | undefined)[], options: ControlOptions & Readonly<Record<string, unknown>>) => Promise<void>;

const ARGUMENTS: Readonly<Record<string, string>> = {
  '[run]': 'a run below ./twinclock-live, its folder, or the URL of its daemon (default: the only one)', '<file>': 'a scenario, a task graph in any readable format, or {"jobs": [...]} alone; - for standard input',
  '<what>': 'the id of a job or of a task', '<item>': 'as `inbox` shows it', '<person>': 'who gets it, by the id in the fleet', '<faults>': 'a fault plan by name, or a file',
};

/** A command whose last argument is the run. */
export function command(program: Command, usage: string, summary: string, act: Action): Command {
  const [name, ...args] = usage.split(' '), added = program.command(name!).summary(summary).description(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`);
  for (const arg of args) added.argument(arg, ARGUMENTS[arg]);
  return added.option('--token-file <file>', 'the token of the daemon, if it is not beside the run').option('--json', 'print one JSON object')
    .action(async (...given: unknown[]) => {
      const values = given.slice(0, args.length) as (string | undefined)[], options = given[args.length] as ControlOptions & Record<string, unknown>;
      await act(await connect(values.at(-1), options.tokenFile === undefined ? {} : { tokenFile: options.tokenFile }), values, options);
    });
}

function report(run: RunJson, options: ControlOptions, done: string): void {
  if (options.json === true) printJson(run); else print(`${run.run}: ${done}`);
}

const status: Action = async (client, _args, options) => {
  if (typeof options['task'] === 'string') { await oneTask(client, options['task'], options); return; }
  const [run, { resources }, { snapshots }] = await Promise.all([
    client.get<RunJson>('/v1/run'), client.get<{ readonly resources: readonly ResourceJson[] }>('/v1/resources'), client.get<{ readonly snapshots: readonly object[] }>('/v1/costs'),
  ]);
  const tasks = options['tasks'] === true ? (await client.get<{ readonly tasks: readonly TaskJson[] }>('/v1/tasks')).tasks.filter(({ state }) => OPEN.includes(state)) : undefined;
  if (options.json === true) { printJson({ ...run, resources, hourlyCosts: snapshots, ...(tasks === undefined ? {} : { openTasks: tasks }) }); return; }
  print(statusReport(run, resources, tasks, client.url, colorOut()));
};
const OPEN = ['QUEUED', 'ELIGIBLE', 'SCHEDULED', 'RUNNING'];

async function oneTask(client: Client, id: string, options: ControlOptions): Promise<void> {
  const [task, { attempts }] = await Promise.all([client.get<TaskJson>(at('tasks', id)), client.get<{ readonly attempts: Parameters<typeof attemptLines>[1] }>(at('tasks', id, 'attempts'))]);
  const waiting = task.state === 'ELIGIBLE' || task.state === 'QUEUED' ? await client.get<WaitingJson>(at('tasks', id, 'waiting')) : undefined;
  if (options.json === true) { printJson({ ...task, attempts, ...(waiting === undefined ? {} : { waiting }) }); return; }
  print([...attemptLines(task, attempts), ...(waiting === undefined ? [] : [waitingReport(waiting)])].join('\n'));
}

const watch: Action = async (client, _args, options) => {
  const stop = new AbortController(), end = (): void => { stop.abort(); };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  const from = typeof options['from'] === 'string' ? wholeOf(options['from'], '--from') : (await client.get<RunJson>('/v1/run')).rows;
  const events = watchEvents(client, from, stop.signal, (reason) => { process.stderr.write(`lost the daemon (${reason}); trying again\n`); });
  for await (const { records } of events) for (const record of records) print(options.json === true ? JSON.stringify(record) : recordLine(record));
};

const submit: Action = async (client, [file], options) => {
  const submission = await submissionOf(file!), done = await client.send<{ readonly jobs: readonly string[]; readonly revision: number; readonly at: number }>('POST', '/v1/jobs', submission, options['key'] as string | undefined);
  if (options.json === true) printJson(done); else print(`submitted ${done.jobs.join(', ')} (revision ${done.revision})`);
};

const killSwitch: Action = async (client, _args, options) => {
  if (options['yes'] !== true) {
    const run = await client.get<RunJson>('/v1/run');
    if (!await confirmed(`End ${run.tasks['running'] ?? 0} running tasks and ${run.vms} VMs of ${run.run} at once?`)) { print('nothing was done'); return; }
  }
  report(await client.send<RunJson>('POST', '/v1/run/kill'), options, 'stopped: every attempt and VM is being ended; `twinclock resume` places the work again');
};

const cancel: Action = async (client, [what], options) => {
  const { jobs } = await client.get<{ readonly jobs: readonly { readonly id: string }[] }>('/v1/jobs'), isJob = jobs.some(({ id }) => id === what);
  const done = await client.send<object>('POST', isJob ? at('jobs', what!, 'cancel') : at('tasks', what!, 'cancel'));
  if (options.json === true) printJson(done); else print(`cancelled ${isJob ? 'job' : 'task'} ${what}`);
};

const adjust: Action = async (client, _args, options) => {
  const { weights, budget, policy, fleet } = options, text = (value: unknown): value is string => typeof value === 'string';
  if (weights === undefined && !text(budget) && !text(policy) && !text(fleet)) throw inputError('nothing-to-change', '', 'nothing was said to be changed', { hint: 'give --weights, --budget, --policy or --fleet' });
  const run = await client.send<RunJson>('POST', '/v1/run/adjust', {
    ...(weights === undefined ? {} : { weights }), ...(text(budget) ? { microDollars: microDollarsOf(budget) } : {}), ...(text(policy) ? { policy: policyOf(policy) } : {}), ...(text(fleet) ? { fleet: await fleetOf(fleet) } : {}),
  });
  if (options.json === true) printJson(run); else print(costLine(run));
};

const inbox: Action = async (client, _args, options) => {
  const { items } = await client.get<{ readonly items: readonly InboxItemJson[] }>('/v1/inbox', { ...(typeof options['person'] === 'string' ? { person: options['person'] } : {}), ...(options['all'] === true ? { all: 'true' } : {}) });
  if (options.json === true) printJson({ items }); else print(items.length === 0 ? 'nobody is asked for anything' : inboxTable(items, colorOut()));
};

const answer = async (client: Client, [item, person]: readonly (string | undefined)[], options: ControlOptions & Readonly<Record<string, unknown>>, verb: string): Promise<void> => {
  const text = (key: string): object => (typeof options[key] === 'string' ? { [key]: options[key] } : {});
  const body = { ...text('person'), ...text('reason'), ...(verb === 'delegate' ? { to: person } : {}), ...(typeof options['result'] === 'string' ? { result: jsonOf(options['result']) } : {}) };
  const done = await client.send<InboxItemJson>('POST', at('inbox', item!, verb), body);
  if (options.json === true) printJson(done); else print(`${done.task}: ${done.state} by ${done.person}`);
};

function wholeOf(text: string, path: string): number {
  if (!/^\d{1,15}$/.test(text)) throw inputError('bad-number', path, 'must be a whole number', { value: text });
  return Number(text);
}

function microDollarsOf(text: string): number {
  const dollars = Number(text);
  if (text.trim() === '' || !(dollars >= 0 && dollars < 1e9)) throw inputError('bad-number', '--budget', 'must be dollars', { value: text, hint: 'for example 25 or 12.50' });
  return Math.round(dollars * 1e6);
}

/** The fleet of a scenario, or a fleet by itself. */
async function fleetOf(source: string): Promise<object> {
  const value = parseJsonText(await readText(source, SMALL_FILE_BYTES_MAX)) as { readonly fleet?: object };
  return value.fleet ?? value;
}

function policyOf(spec: string): object {
  const [name = '', list = ''] = spec.split(/:(.*)/s), parameters: Record<string, number> = {};
  for (const piece of list.split(',').filter((part) => part !== '')) {
    const [key = '', value = ''] = piece.split('='), number = Number(value);
    if (value === '' || Number.isNaN(number)) throw new InputError([{ code: 'bad-parameter', path: `--policy.${key}`, message: 'must be a number', value }]);
    parameters[key] = number;
  }
  return { name, parameters };
}

function jsonOf(text: string): unknown {
  try { return JSON.parse(text); } catch { throw inputError('bad-json', '--result', 'is not JSON', { value: text, hint: 'texts need quotes: --result \'"ok"\'' }); }
}
