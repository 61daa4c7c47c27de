// `twinclock replay`: the events of a journal into a fresh kernel, whose commands must come out the same.
import type { Command } from 'commander';
import { countEvents } from '../../journal/codec.ts';
import { divergenceText, firstDivergence } from '../../journal/divergence.ts';
import { RunError } from '../../model/errors.ts';
import { replayRecording } from '../../experiment/recording.ts';
import { loadRecording } from '../input/load-recording.ts';
import { countText } from '../report/measure.ts';
import { print, printJson } from '../terminal.ts';

interface ReplayCommandOptions {
  readonly partial?: boolean;
  readonly json?: boolean;
}

/** Adds the command. */
export function addReplayCommand(program: Command): void {
  program.command('replay').summary('make a recorded run again and compare every row').description('Feeds the events of a journal to a fresh kernel and compares what it does, row by row.')
    .argument('<journal>', 'a run folder, a journal file (.jsonl, .jsonl.gz), or a live run')
    .option('--partial', 'replay what is there of a journal that was cut off')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExit code 0: identical. 1: it diverged. 2: the journal cannot be read.')
    .action(replayJournal);
}

async function replayJournal(path: string, options: ReplayCommandOptions): Promise<void> {
  const { recording, replay, identical } = replayRecording(await loadRecording(path, options.partial === true)), { rows, header, footer, instance, tampered } = recording;
  const found = identical ? undefined : firstDivergence(instance.problem, rows, replay.kernel.log), sound = identical && tampered === '';
  const cut = footer === undefined && tampered === '', objection = replay.objection === '' ? {} : { objection: replay.objection };
  if (options.json === true) {
    printJson({
      identical: sound, journalHash: footer?.hash ?? replay.hash, scenario: header.scenario.name, policy: header.policy.name, seed: header.seed,
      records: rows.count, events: countEvents(rows), ...(cut ? { partial: true } : {}), ...(tampered === '' ? {} : { tampered }), firstDivergence: found === undefined ? null : { ...found, ...objection },
    });
  } else {
    const what = `${countText(rows.count, 'record')}, ${countText(countEvents(rows), 'event')} of ${header.scenario.name} under ${header.policy.name}, seed ${header.seed}`;
    if (sound) print(`identical: ${what}\njournal ${footer?.hash ?? `cut off, replayed as far as it goes (no hash to compare; ${replay.hash} so far)`}`);
    else {
      print(`not identical: ${what}`);
      if (tampered !== '') print(tampered);
      print(found === undefined ? 'every row comes out the same all the same' : divergenceText(found));
      if (replay.objection !== '') print(`the kernel objects: ${replay.objection}`);
    }
  }
  if (!sound) throw new RunError('diverged', found === undefined ? 'the journal is not what was written' : `the replay parts from the journal at row ${found.row}`);
}
