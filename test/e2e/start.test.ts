// `npm start`: the comparison in the terminal, then the workbench until it is interrupted; without `--serve` it just ends.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const COMMAND = fileURLToPath(new URL('../../dist/twinclock.mjs', import.meta.url));

/** Runs the built command; `seen` is called with all output so far, each time there is more. */
function run(args: readonly string[], seen: (output: string, interrupt: () => void) => void = () => {}): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [COMMAND, ...args]);
    let output = '';
    child.stdout.on('data', (chunk) => { output += String(chunk); seen(output, () => { child.kill('SIGINT'); }); });
    child.on('close', (code) => { resolve({ code, output }); });
  });
}

describe('npm start', () => {
  it('prints the comparison, serves the workbench, and ends when interrupted', async () => {
    let page: Promise<string> | undefined;
    const { code, output } = await run(['demo', '--replications', '1', '--serve', '--port', '0'], (text, interrupt) => {
      const url = /workbench: (http:\/\/127\.0\.0\.1:\d+\/)/.exec(text)?.[1];
      if (url === undefined || page !== undefined) return;
      page = fetch(url).then((response) => response.text()).finally(interrupt);
    });
    expect(code).toBe(0);
    expect(output.indexOf('weighted')).toBeGreaterThan(0);
    expect(output.indexOf('workbench:')).toBeGreaterThan(output.indexOf('weighted'));
    expect(await page).toContain('<title>Twinclock</title>');
  });

  it('ends by itself with --no-serve', async () => {
    const { code, output } = await run(['demo', '--replications', '1', '--serve', '--no-serve']);
    expect(code).toBe(0);
    expect(output).not.toContain('workbench:');
  });
});
