// What compiling a scenario once more can take from the time before, when most of its jobs are the very same objects: texts that are
// read from them, not what follows from them. With a memo and without, a scenario compiles to the same arrays and the same hash.
import { canonicalJson, wordsOfText } from './hash.ts';
import { inCanonicalOrder } from './ids.ts';
import type { JobFile, TaskFile } from './scenario.ts';

/** For scenarios that grow: a run that takes jobs while it goes on. It forgets jobs that nobody holds any more, but not the few texts that their tasks' needs have in common. */
export class CompileMemo {
  private readonly words = new WeakMap<JobFile, Int32Array>();
  private readonly needs = new WeakMap<TaskFile, string>();
  /** One copy of each text. */
  private readonly texts = new Map<string, string>();

  /** What the job and its tasks add to the hash of a scenario. */
  hashedWords(job: JobFile): Int32Array {
    let words = this.words.get(job);
    if (words === undefined) this.words.set(job, words = joined(hashedTexts(job).map(wordsOfText)));
    return words;
  }

  /** `make(task)`, made once. */
  needsOf(task: TaskFile, make: (task: TaskFile) => string): string {
    const known = this.needs.get(task);
    if (known !== undefined) return known;
    const made = make(task), text = this.texts.get(made) ?? made;
    this.texts.set(text, text);
    this.needs.set(task, text);
    return text;
  }
}

/** The texts of a job in the hash of a scenario: the job, then its tasks in canonical order. */
export function hashedTexts(job: JobFile): string[] {
  return [canonicalJson({ ...job, tasks: job.tasks.length }), ...inCanonicalOrder(job.tasks).map(canonicalJson)];
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length; }
  return all;
}
