#!/usr/bin/env node
// The `twinclock` command: reads arguments, hands over to one file per command, and turns whatever goes wrong into lines
// for people or one object for programs. Exit code 0: done. 2: the input or the arguments are wrong. 1: a run that failed.
import './inlining.ts';
import { Command } from 'commander';
import { addCompareCommand, addDemoCommand } from './commands/compare.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addFidelityCommand } from './commands/fidelity.ts';
import { addForecastCommand } from './commands/forecast.ts';
import { addListCommands } from './commands/lists.ts';
import { addInjectCommands } from './commands/inject.ts';
import { addLiveDemoCommand } from './commands/live-demo.ts';
import { addLiveCommand } from './commands/live.ts';
import { addLiveControlCommands } from './commands/live-control.ts';
import { addRehearseCommand } from './commands/rehearse.ts';
import { addRehearsalCommand } from './commands/rehearsal.ts';
import { addReplayCommand } from './commands/replay.ts';
import { addRunCommand } from './commands/run.ts';
import { addSchemaCommand } from './commands/schema.ts';
import { addServeCommand } from './commands/serve.ts';
import { addWhatIfCommand } from './commands/whatif.ts';
import { addValidateCommand } from './commands/validate.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { inputError, nearestName } from '../model/errors.ts';
import { errorJson, errorLines, errorReport } from './report/error-report.ts';
import { tolerateBrokenPipes } from './terminal.ts';
import { VERSION } from '../version.ts';

const EXAMPLES = `
Start here:
  twinclock demo                                                feature-120 under every policy
  twinclock run feature-120 --policy weighted --out runs/first  one run and everything it did
  twinclock explain runs/first --task <id>                      why a task ran where and when it did
  twinclock replay runs/first                                   the same run again, compared row by row
  twinclock compare feature-120 --replications 50               who is better, and is it more than luck
  twinclock rehearse feature-120 --faults storm-evening         the same run with and without faults, over many seeds
  twinclock serve                                               the workbench in the browser

Other people's task graphs (WfFormat, PSPLIB, STG, DOT, ...) run as they are:
  twinclock validate graph.dot                                  what was read, assumed and invented
  twinclock run graph.dot --policy heft

On real resources:
  twinclock live minute                                         twelve commands on this machine, with a page
  twinclock status minute                                       how it stands; inbox, pause, inject, ... as well
  twinclock live --example minute > mine.json                   a configuration to start from

Every command takes --json for programs; twinclock <command> --help explains it.
Exit codes: 0 done, 1 a run failed, 2 the input or the arguments are wrong.`;

function twinclock(): Command {
  const program = new Command('twinclock').version(VERSION, '-V, --version')
    .description('Schedules task graphs on workstations, cloud VMs, rate-limited APIs and people, under a simulated clock or the real one.')
    .helpOption('-h, --help', 'show help').helpCommand('help [command]', 'show help of a command')
    .configureHelp({ showGlobalOptions: false, helpWidth: 110 }).configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(true).exitOverride().addHelpText('after', EXAMPLES);
  addDemoCommand(program);
  addRunCommand(program);
  addCompareCommand(program);
  addRehearseCommand(program);
  addReplayCommand(program);
  addVerifyCommand(program);
  addExplainCommand(program);
  addValidateCommand(program);
  addListCommands(program);
  addSchemaCommand(program);
  addServeCommand(program);
  addLiveCommand(program);
  addLiveDemoCommand(program);
  addLiveControlCommands(program);
  addInjectCommands(program);
  addRehearsalCommand(program);
  addForecastCommand(program);
  addFidelityCommand(program);
  addWhatIfCommand(program);
  return program;
}

/** Runs the command line `args` (without node and script). Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const program = twinclock();
  if (args.length === 0) { program.outputHelp(); return 0; }
  try {
    if (args[0] === 'help' && args[1] !== undefined) refuseUnknownCommand(program, args[1]);
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    const report = errorReport(error);
    if (report === undefined) return 0;
    process.stderr.write((args.includes('--json') ? errorJson(report) : errorLines(report)) + '\n');
    return report.exitCode;
  }
}

/** `help` of a command that does not exist would otherwise show the general help and fail without a word. */
function refuseUnknownCommand(program: Command, name: string): void {
  const known = program.commands.map((command) => command.name());
  if (!known.includes(name)) throw inputError('unknown-command', '', 'no command of this name', { value: name, hint: `did you mean ${nearestName(name, known) ?? known.join(', ')}?` });
}

tolerateBrokenPipes();
process.exitCode = await main(process.argv.slice(2));
