// The command of an attempt as a small script for the VM it runs on. Every word of it is quoted here, so that no shell reads
// anything into it; the command gets its arguments as they are, and of the VM's environment only a few plain variables.
import type { AttemptSpec } from '../../../driver.ts';
import { attemptVariables, type AttemptFiles } from '../../attempt-environment.ts';

/** Before what lies in the folder of the attempt, whose place only the VM knows. */
const HERE = '\0';
const FILES: AttemptFiles = { inputs: `${HERE}inputs.json`, output: `${HERE}output.json`, progress: `${HERE}progress`, checkpoint: `${HERE}checkpoint`, checkpointed: `${HERE}checkpointed` };
const INHERITED = ['PATH="$PATH"', 'HOME="${HOME:-/root}"', ...['LANG', 'TZ', 'TMPDIR', 'USER', 'SHELL'].map((name) => `\${${name}:+${name}="$${name}"}`)];

export interface ScriptOptions {
  /** Where it works. Default: the folder of the attempt. */
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Single quotes, for sh. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** `sh <script> <folder of the attempt>`. */
export function commandScript(spec: AttemptSpec, command: readonly string[], { directory, environment = {} }: ScriptOptions): string {
  const variables = { ...environment, ...spec.task.run?.env, ...attemptVariables(spec, FILES) }, work = spec.task.run?.directory ?? directory;
  const settings = Object.entries(variables).map(([name, value]) => (value.startsWith(HERE) ? `${name}="$here"/${value.slice(1)}` : quoted(`${name}=${value}`)));
  return [
    'here=$1',
    ...(work === undefined ? [] : [`cd ${quoted(work)} || exit 126`]),
    `exec env -i ${[...INHERITED, ...settings].join(' ')} /bin/sh -c 'exec "$@"' sh ${command.map(quoted).join(' ')}`, '',
  ].join('\n');
}
