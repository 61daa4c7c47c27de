// One cell in a process of its own: `node cell.mjs '{"case":"run","cell":"...","setting":{...}}'` prints its result as one
// line of JSON, the last of its output.
import '../engine/cli/inlining.ts';
import type { Setting } from './case.ts';
import { CASES } from './cases/index.ts';

const { case: name, cell, setting } = JSON.parse(process.argv[2]!) as { case: string; cell: string; setting: Setting };
const result = await CASES.find((one) => one.name === name)!.measure(cell, setting);
process.stdout.write(`\n${JSON.stringify(result)}\n`);
