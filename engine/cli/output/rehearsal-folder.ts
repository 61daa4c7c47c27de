// The folder of a rehearsal: both runs of its first seed as run folders, the rehearsal as a file that makes it all again, the
// result as JSON, the storms as a table. Whoever sees the folder sees all of it.
import { join } from 'node:path';
import { csvLines } from '../../export/csv.ts';
import { journalHeader } from '../../journal/journal-header.ts';
import type { RehearsedPair } from '../../experiment/rehearsal/rehearse.ts';
import { asTextPolicy } from '../../experiment/policy-trial.ts';
import type { CompletedRun } from '../../experiment/run-once.ts';
import type { FaultPlanFile } from '../../model/fault-plan.ts';
import { VERSION } from '../../version.ts';
import type { LoadedRehearsal } from '../input/load-rehearsal.ts';
import { rehearsalFile, rehearsalJson, stormsTable } from '../report/rehearsal-json.ts';
import type { RehearsalResult } from '../report/rehearsal-json.ts';
import { writeWholeFile } from '../write-file.ts';
import { MANIFEST_VERSION, jsonText } from './manifest.ts';
import { writeRunFolder } from './output-folder.ts';
import { replaceFolder } from './replace-folder.ts';
import type { ReplacedFolder } from './replace-folder.ts';

const FILES: readonly (readonly [name: string, content: string])[] = [
  ['without', 'the run without faults, first seed'], ['with', 'the run with faults, first seed'], ['rehearsal.json', 'the rehearsal, to be made again'],
  ['result.json', 'what came of it'], ['storms.csv', 'figures of every storm'],
];

const POLICY_FILE = 'policy.ts';

/** Writes the folder; an earlier one of ours in its place is replaced. Throws as `replaceFolder`. */
export function writeRehearsalFolder(dir: string, loaded: LoadedRehearsal, pair: RehearsedPair, result: RehearsalResult, force: boolean): Promise<ReplacedFolder> {
  const own = asTextPolicy(loaded.choice.policy), files = own === undefined ? FILES : [...FILES, [POLICY_FILE, "the policy's text"] as const];
  const startedAt = new Date().toISOString(), { version: node, platform, arch, argv } = process;
  const circumstances = () => ({ packageVersion: VERSION, command: ['twinclock', ...argv.slice(2)], startedAt, endedAt: new Date().toISOString(), runtime: { node, platform, arch } });
  const writeRun = (folder: string, { run, fold, metrics, audit }: CompletedRun, faults?: FaultPlanFile) => {
    const { file, instance } = loaded.scenario;
    const origin = { engine: VERSION, scenario: file, scenarioHash: instance.hash, ...(own === undefined ? {} : { policyText: own.text }), ...(faults === undefined ? {} : { faults }) };
    return writeRunFolder(folder, { header: journalHeader(run, origin), run, fold, metrics, audit, circumstances: circumstances() });
  };
  return replaceFolder(dir, async (folder) => {
    await writeRun(join(folder, 'without'), pair.baseline);
    await writeRun(join(folder, 'with'), pair.faulted, loaded.plan);
    await writeWholeFile(join(folder, 'rehearsal.json'), [jsonText(rehearsalFile(loaded, own === undefined ? undefined : `./${POLICY_FILE}`))]);
    if (own !== undefined) await writeWholeFile(join(folder, POLICY_FILE), [own.text]);
    await writeWholeFile(join(folder, 'result.json'), [jsonText(rehearsalJson(loaded, result))]);
    await writeWholeFile(join(folder, 'storms.csv'), csvLines(stormsTable(result.storms)));
    const manifest = { twinclock: MANIFEST_VERSION, engine: VERSION, rehearsal: loaded.name, ...circumstances(), files: files.map(([name, content]) => ({ name, content })) };
    await writeWholeFile(join(folder, 'manifest.json'), [jsonText(manifest)]);
  }, { force });
}
