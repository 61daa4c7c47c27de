// Where the command writes: results on standard output, errors and progress on standard error. A reader that goes away
// early (`| head`) is no error: the rest is not written.
import type { ProgressStream } from './output/progress.ts';
import { colorWanted } from './output/table-text.ts';
import { jsonText } from './output/manifest.ts';

/** A line or several on standard output. */
export function print(text: string): void {
  process.stdout.write(text + '\n');
}

/** Exactly one JSON object on standard output. Figures that do not exist are null. */
export function printJson(value: object): void {
  process.stdout.write(jsonText(value));
}

/** Whether standard output shows colour. */
export function colorOut(): boolean {
  return colorWanted(process.stdout, process.env);
}

/** Standard error for progress: a terminal that does not know its width (0, as some pseudo-terminals say) has 80 columns. */
export function progressStream(): ProgressStream {
  const { stderr } = process;
  return { isTTY: stderr.isTTY === true, columns: stderr.columns > 0 ? stderr.columns : 80, write: (text) => stderr.write(text) };
}

/** Ends quietly when whoever reads standard output or standard error has gone. A terminal that was closed (EIO) sends a signal too, which is for others to heed. */
export function tolerateBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EIO') return;
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
  }
}
