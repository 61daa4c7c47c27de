// `twinclock schema`: the JSON Schemas of the files that people write, for editors and other programs.
import { Argument } from 'commander';
import type { Command } from 'commander';
import { FAULT_PLAN_SCHEMA, REHEARSAL_SCHEMA, SCENARIO_SCHEMA, SHARE_SCHEMA } from '../../model/schema.ts';
import { liveSchema } from '../../live/config-schema.ts';
import { DRIVER_KINDS } from '../../live/drivers/registry.ts';
import { printJson } from '../terminal.ts';

const LIVE_SCHEMA = liveSchema(DRIVER_KINDS);
const SCHEMAS = { scenario: SCENARIO_SCHEMA, faults: FAULT_PLAN_SCHEMA, rehearsal: REHEARSAL_SCHEMA, share: SHARE_SCHEMA, live: LIVE_SCHEMA } as const;

/** Adds the command. */
export function addSchemaCommand(program: Command): void {
  program.command('schema').summary('the JSON Schema of a kind of file').description('Prints the JSON Schema (draft 2020-12) that scenario files, fault plans, rehearsals, share files or live configurations are checked against.')
    .addArgument(new Argument('<kind>', 'which file').choices(Object.keys(SCHEMAS)))
    .option('--json', 'no difference: a schema is JSON')
    .action((kind: keyof typeof SCHEMAS) => printJson(SCHEMAS[kind]));
}
