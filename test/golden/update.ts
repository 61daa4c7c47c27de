// Makes the golden journals, the hashes and the table of the front page anew: `npx tsx test/golden/update.ts`. Read the
// difference before keeping it: each changed line is something that users will see change, and the changelog has to say why.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { README, makeTable, pageWith } from './readme-table.ts';
import { GOLDEN_RUNS, HASHES, journalOf, journalText, makeGolden, makeHashes } from './golden-runs.ts';

const folder = new URL('journals/', import.meta.url);
mkdirSync(folder, { recursive: true });

const wanted = new Set(GOLDEN_RUNS.map(({ name }) => `${name}.jsonl`));
for (const file of readdirSync(folder)) {
  if (wanted.has(file)) continue;
  rmSync(new URL(file, folder));
  console.log(`removed    ${file}`);
}
for (const golden of GOLDEN_RUNS) {
  const made = makeGolden(golden), { cause, log, hash } = made.run;
  keep(journalOf(golden), journalText(made), `${golden.name}: ${cause}, ${log.count} records, ${hash}`);
}
keep(HASHES, JSON.stringify(makeHashes(), undefined, 2) + '\n', 'hashes.json');
keep(README, pageWith(makeTable()), 'README.md');

function keep(path: URL, text: string, what: string): void {
  const same = existsSync(path) && readFileSync(path, 'utf8') === text;
  if (!same) writeFileSync(path, text);
  console.log(`${same ? 'unchanged' : 'written  '}  ${what}`);
}
