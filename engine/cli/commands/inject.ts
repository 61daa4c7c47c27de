// Rehearsals of a live run: `inject` says what a fault plan would reach and injects it, `injected` what is on, `withdraw` takes it
// back. `twinclock rehearsal` (rehearsal.ts) tells afterwards what came of it.
import type { Command } from 'commander';
import { confirmed } from '../live/confirm.ts';
import { loadFaultPlan } from '../input/load-faults.ts';
import { collect, parseWhole } from '../input/option-values.ts';
import { blastReport, injectedReport } from '../report/blast-report.ts';
import type { BlastJson, RehearsalsJson } from '../report/blast-report.ts';
import { colorOut, print, printJson } from '../terminal.ts';
import { command, type Action } from './live-control.ts';

/** Adds the commands. */
export function addInjectCommands(program: Command): void {
  command(program, 'inject <faults> [run]', 'make the faults of a plan happen in a live run: a rehearsal', inject)
    .description('Makes the faults of a plan happen in a live run, as far as its drivers can; what they cannot do is refused. Times of the plan count from the injection. First its reach is told, by futures with the plan and without.')
    .option('--yes', 'do not ask').option('--futures <n>', 'futures by which its reach is told', parseWhole('--futures', 1, 10_000), 100)
    .option('--stop <condition>', 'break off when this holds: "cost > 5usd", "failed > 0", "on-time < 80%" (repeatable)', collect, [])
    .option('--dry-run', 'only say what it would reach').option('--key <key>', 'idempotency key: sent again with the same key, nothing is injected twice');
  command(program, 'injected [run]', 'faults of a live run: what was injected, what is still on', injected);
  command(program, 'withdraw [run]', 'take back every fault that is on', withdraw).option('--reason <text>', 'for the record');
}

const inject: Action = async (client, [source], options) => {
  const plan = await loadFaultPlan(source!), blast = await client.send<BlastJson>('POST', '/v1/faults/forecast', { plan, futures: options['futures'] });
  if (options['dryRun'] === true) { if (options.json === true) printJson(blast); else print(blastReport(plan.name, blast, colorOut())); return; }
  if (options.json !== true) print(blastReport(plan.name, blast, colorOut()));
  if (options['yes'] !== true && !await confirmed(`Inject ${plan.faults.length} faults into a run that is really under way?`)) { print('nothing was injected'); return; }
  const done = await client.send<RehearsalsJson>('POST', '/v1/faults', { plan, stop: options['stop'] }, options['key'] as string | undefined);
  if (options.json === true) printJson({ blast, ...done }); else print(`\n${injectedReport({ ...done, rehearsals: done.rehearsals.slice(-1) }, colorOut())}`);
};

const injected: Action = async (client, _args, options) => {
  const found = await client.get<RehearsalsJson>('/v1/faults');
  if (options.json === true) printJson(found); else print(injectedReport(found, colorOut()));
};

const withdraw: Action = async (client, _args, options) => {
  const done = await client.send<RehearsalsJson>('POST', '/v1/faults/withdraw', typeof options['reason'] === 'string' ? { reason: options['reason'] } : {});
  if (options.json === true) printJson(done); else print(injectedReport(done, colorOut()));
};
