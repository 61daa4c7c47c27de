// One door for every format that can be read: looks at the text first and at the file's name where the text does not
// say (rows of numbers look alike). Reads no files: the caller hands over the text, unpacked.
import { InputError, inputError } from '../../engine/model/errors.ts';
import { validateScenario } from '../../engine/model/validate.ts';
import { readDot } from './dot.ts';
import { readFjsp } from './fjsp.ts';
import type { ImportedScenario, ImportReport, ProcessorsOption } from './imported.ts';
import { linesOf } from './integer-reader.ts';
import { parseJson } from './json-fields.ts';
import { readPsplib } from './psplib.ts';
import { readRcp } from './rcp.ts';
import { readStg } from './stg.ts';
import { wfFormatScenario } from './wfformat.ts';

/** What a caller may ask for; formats that bring their own resources refuse fleet and processors. */
export interface ReadOptions extends Pick<ProcessorsOption, 'fleet' | 'processors'> {
  /** A scenario of ours may have no jobs, as that of a live run that waits for them. */
  readonly jobless?: boolean;
}

interface Format {
  readonly label: string;
  /** The options it can use. */
  readonly takes: readonly ('fleet' | 'processors')[];
  readonly read: (text: string, options: ProcessorsOption & ReadOptions) => ImportedScenario;
}

const FORMATS = {
  twinclock: { label: 'Twinclock scenario (.json, key "twinclock")', takes: [], read: (text, { jobless }) => nativeScenario(parseJson(text), jobless) },
  wfformat: { label: 'WfFormat 0.1-1.5 (.json, key "workflow")', takes: ['fleet'], read: (text, options) => wfFormatScenario(parseJson(text), options) },
  sm: { label: 'PSPLIB single mode (.sm)', takes: [], read: readPsplib },
  rcp: { label: 'Patterson (.rcp)', takes: [], read: readRcp },
  stg: { label: 'Standard Task Graph (.stg)', takes: ['fleet', 'processors'], read: readStg },
  dot: { label: 'DOT task graph (.dot, .gv)', takes: ['fleet', 'processors'], read: readDot },
  fajsp: { label: 'flexible job shop (.fajsp, .txt)', takes: [], read: readFjsp },
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;

const BY_EXTENSION: ReadonlyMap<string, FormatName> = new Map([
  ['sm', 'sm'], ['rcp', 'rcp'], ['stg', 'stg'], ['dot', 'dot'], ['gv', 'dot'], ['fajsp', 'fajsp'],
]);

/**
 * Reads a scenario of any known format; `fileName` may have folders and `.gz` in front of and behind it. A native
 * scenario is validated and comes back as it is; all others take the file's name. A DOT file named `4p_...` runs on
 * four processors. Throws `InputError` (with `fileName` as source): `unknown-format`, `unused-option`, or what the
 * reader of the format finds.
 */
export function readScenarioText(text: string, fileName: string, options: ReadOptions = {}): ImportedScenario {
  const body = text.replace(/^\ufeff/, ''), stem = (fileName.split(/[\\/]/).pop() ?? '').replace(/\.gz$/i, '');
  try {
    const name = detectFormat(body, stem), format: Format = FORMATS[name];
    for (const option of ['fleet', 'processors'] as const) {
      if (options[option] !== undefined && !format.takes.includes(option)) {
        throw inputError('unused-option', option, `a ${format.label} says itself what it runs on`, { hint: `leave the option ${option} out` });
      }
    }
    const title = stem.replace(/\.\w+$/, ''), processors = name === 'dot' ? /^(\d+)p_/.exec(stem)?.[1] : undefined;
    return format.read(body, {
      ...(title === '' ? {} : { name: title }),
      ...(processors === undefined ? {} : { processors: Number(processors) }),
      ...options,
    });
  } catch (error) {
    throw error instanceof InputError ? error.from(fileName) : error;
  }
}

/** The format of a text, by its content and then by the extension of `fileName`. Throws `unknown-format`, or `bad-json`. */
export function detectFormat(text: string, fileName: string): FormatName {
  const first = linesOf(text).map((line) => line.trim()).find((line) => line !== '' && !/^(?:\/\/|\/?\*(?!\*)|#)/.test(line)) ?? '';
  if (first.startsWith('{')) {
    const document = parseJson(text) as Readonly<Record<string, unknown>>;
    if ('twinclock' in document) return 'twinclock';
    if ('workflow' in document) return 'wfformat';
    throw unknownFormat(Object.keys(document).slice(0, 8).join(', '), 'a JSON scenario has the key "twinclock", a WfFormat instance the key "workflow"');
  }
  if (/^(?:strict\s+)?(?:di)?graph\b/i.test(first)) return 'dot';
  if (/^PRECEDENCE RELATIONS:/m.test(text)) return 'sm';
  const found = BY_EXTENSION.get(/\.(\w+)$/.exec(fileName)?.[1]?.toLowerCase() ?? '') ?? numericFormat(text);
  if (found === undefined) throw unknownFormat(text.slice(0, 60), text.startsWith('\u001f') ? 'the file is compressed: unpack it first' : undefined);
  return found;
}

/** By the shape of the first two rows: `n p m`; `n` alone; `n k` with k capacities below, or else a prototype STG header. */
function numericFormat(text: string): FormatName | undefined {
  const rows = linesOf(text).map((line) => line.replace(/#.*/, '').trim()).filter((line) => line !== '');
  if (rows.length < 2 || rows.some((row) => !/^[\d\s]+$/.test(row))) return undefined;
  const [header, second] = [rows[0]!.split(/\s+/), rows[1]!.split(/\s+/)];
  if (header.length === 3) return 'fajsp';
  if (header.length === 1) return 'stg';
  if (header.length > 2) return undefined;
  return second.length === Number(header[1]) && second[0] !== '1' ? 'rcp' : 'stg';
}

function unknownFormat(value: string, hint?: string): InputError {
  const known = `readable are ${Object.values(FORMATS).map((format) => format.label).join('; ')}`;
  return inputError('unknown-format', '', 'this file is in no format that can be read', { value, hint: hint === undefined ? known : `${hint}; ${known}` });
}

function nativeScenario(document: unknown, jobless = false): ImportedScenario {
  const scenario = validateScenario(document, { jobless }), tasks = scenario.jobs.flatMap((job) => job.tasks);
  const report: ImportReport = {
    format: scenario.twinclock, assumed: [], dropped: [], invented: [],
    counts: { tasks: tasks.length, edges: tasks.reduce((sum, task) => sum + (task.after?.length ?? 0), 0) },
  };
  return { scenario, report };
}
