// Work for a live run from a file: a bare `{"jobs": [...]}`, or the jobs of a scenario or of any task graph that can be read.
import { InputError } from '../../model/errors.ts';
import { SMALL_FILE_BYTES_MAX, parseJsonText } from '../../model/file-text.ts';
import { catalogNames } from '../../../scenarios/catalog/index.ts';
import { STDIN, readText } from '../input/read-text.ts';
import { loadScenario } from '../input/load-scenario.ts';

/** The body of a submission; the daemon checks it. Throws `InputError` for what cannot be read. */
export async function submissionOf(source: string): Promise<object> {
  if (source === STDIN || (!catalogNames().includes(source) && source.endsWith('.json'))) {
    try {
      const value: unknown = parseJsonText(await readText(source, SMALL_FILE_BYTES_MAX));
      if (typeof value === 'object' && value !== null && 'jobs' in value && !('twinclock' in value)) return value;
    } catch (error) { // perhaps too large, or no JSON: a task graph in another format, which says better what is wrong
      if (source === STDIN) throw error instanceof InputError ? error.from(source) : error;
    }
  }
  const { file: { jobs, batches } } = await loadScenario(source);
  return { jobs, ...(batches === undefined ? {} : { batches }) };
}
