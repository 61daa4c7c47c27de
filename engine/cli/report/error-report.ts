// Everything that can go wrong as lines for people or one object for programs, and the exit code that goes with it:
// 2 for input and usage, 1 for a run that failed and for faults of our own.
import { CommanderError } from 'commander';
import { InputError, RunError, fault } from '../../model/errors.ts';
import type { Fault } from '../../model/errors.ts';

export interface ErrorReport {
  readonly exitCode: 0 | 1 | 2;
  readonly code: string;
  readonly message: string;
  readonly faults: readonly Fault[];
  readonly source: string | undefined;
  /** Of a fault of our own. */
  readonly stack?: string;
}

const FAULTS_SHOWN = 50;

/** What to say of an error; undefined when there is nothing to say (help was asked for and shown). */
export function errorReport(error: unknown): ErrorReport | undefined {
  if (error instanceof InputError) return { exitCode: 2, code: error.code, message: error.faults[0]?.message ?? error.message, faults: error.faults, source: error.source };
  if (error instanceof RunError) return { exitCode: 1, code: error.code, message: error.message, faults: [], source: undefined };
  if (error instanceof CommanderError) return error.exitCode === 0 ? undefined : usageReport(error);
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { exitCode: 1, code: 'internal', message, faults: [], source: undefined, ...(stack === undefined ? {} : { stack }) };
}

/** `error [code] source: path: message (value); hint`, one line a fault. */
export function errorLines({ code, message, faults, source, stack }: ErrorReport): string {
  if (faults.length === 0) return [`error [${code}] ${message}`, ...(stack === undefined ? [] : ['this is a fault of twinclock, not of your input:', stack])].join('\n');
  const lines = faults.slice(0, FAULTS_SHOWN).map((f) => {
    const places = [source, f.path].filter((place) => place !== undefined && place !== '');
    return `error [${f.code}] ${places.map((place) => `${place}: `).join('')}${f.message}${f.value === undefined ? '' : ` (${f.value})`}${f.hint === undefined ? '' : `; ${f.hint}`}`;
  });
  return [...lines, ...(faults.length > FAULTS_SHOWN ? [`and ${faults.length - FAULTS_SHOWN} more`] : [])].join('\n');
}

/** The same as one object on one line. */
export function errorJson({ code, message, faults, source }: ErrorReport): string {
  return JSON.stringify({ error: { code, message, faults, ...(source === undefined ? {} : { source }) } });
}

/** Commander's words, `error: unknown option '--sed'\n(Did you mean --seed?)`, in our form. */
function usageReport({ code, message }: CommanderError): ErrorReport {
  const ours = code.replace(/^commander\./, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const [text = '', ...rest] = message.replace(/^error: /, '').split('\n'), hint = /\(Did you mean (.*)\?\)/.exec(rest.join(' '))?.[1];
  const usage = ours === 'help' ? { code: 'no-command', message: 'a command is needed' } : { code: ours, message: text };
  const help = hint === undefined ? 'twinclock --help shows what can be said' : `did you mean ${hint}?`;
  return { exitCode: 2, ...usage, faults: [fault(usage.code, '', usage.message, { hint: help })], source: undefined };
}
