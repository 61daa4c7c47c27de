// `twinclock serve`: the built workbench on the loopback interface. Static files only, below one folder; the simulation is
// done by the browser. Also what `npm start` ends with.
import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { RunError, inputError } from '../../model/errors.ts';
import { parseWhole } from '../input/option-values.ts';
import { print } from '../terminal.ts';

const HOST = '127.0.0.1';
export const DEFAULT_PORT = 4173;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.wasm': 'application/wasm', '.map': 'application/json; charset=utf-8', '.txt': 'text/plain; charset=utf-8',
};

/** What can be said of every answer: nothing from elsewhere is loaded, nothing is guessed. */
const HEADERS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-cache' };

/** Adds the command. */
export function addServeCommand(program: Command): void {
  program.command('serve').summary('the workbench in the browser').description('Serves the built workbench on the loopback interface until Ctrl-C. The browser simulates; the server only hands out files.')
    .option('--port <n>', `port (default: ${DEFAULT_PORT}, or any free one when it is taken)`, parseWhole('--port', 0, 65_535))
    .action((options: { readonly port?: number }) => serveWorkbench(options.port));
}

/** Serves until the process is told to end. Without a port: the usual one, or any that is free. */
export async function serveWorkbench(port: number | undefined): Promise<void> {
  const server = await startServer(workbenchFolder(), port);
  const address = server.address();
  print(`workbench: http://${HOST}:${typeof address === 'object' && address !== null ? address.port : port}/  (Ctrl-C ends it)`);
  await new Promise<void>((resolve) => {
    const end = (): void => { server.close(() => { resolve(); }); server.closeAllConnections(); };
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
  });
}

/** A listening server of the files below `folder`. Throws `InputError` `port-taken` for a port that was asked for. */
export async function startServer(folder: string, port: number | undefined): Promise<Server> {
  const root = await realpath(folder), server = createServer((request, response) => { void answer(root, request, response); });
  const listen = (at: number): Promise<void> => new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, HOST, () => { server.off('error', reject); resolve(); });
  });
  try {
    await listen(port ?? DEFAULT_PORT);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    if (port !== undefined) throw inputError('port-taken', '--port', 'something else listens there', { value: port, hint: 'give another port, or none for any that is free' });
    await listen(0);
  }
  return server;
}

/** Where the build is: beside the bundled command, or in the project when run from its source. */
function workbenchFolder(): string {
  const found = ['./web/', '../../../dist/web/'].map((path) => fileURLToPath(new URL(path, import.meta.url))).find((path) => existsSync(join(path, 'index.html')));
  if (found === undefined) throw new RunError('not-built', 'the workbench has not been built; `npm run build` does it');
  return found;
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') { response.writeHead(405, { ...HEADERS, allow: 'GET, HEAD' }).end(); return; }
  const file = await fileOf(root, request.url ?? '/');
  if (file === undefined) { response.writeHead(404, { ...HEADERS, 'content-type': TYPES['.txt'] }).end('not found\n'); return; }
  const body = await readFile(file).catch(() => undefined);
  if (body === undefined) { response.writeHead(404, { ...HEADERS, 'content-type': TYPES['.txt'] }).end('not found\n'); return; }
  response.writeHead(200, { ...HEADERS, 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** The real path of what is asked for, if it lies below the root: neither `..`, encoded or not, nor a link leads out. */
async function fileOf(root: string, url: string): Promise<string | undefined> {
  let path: string;
  try { path = decodeURIComponent(url.replace(/[?#].*$/s, '')); } catch { return undefined; }
  if (path.includes('\0')) return undefined;
  const file = await realpath(join(root, path.endsWith('/') ? `${path}index.html` : path)).catch(() => undefined);
  return file?.startsWith(root + sep) === true ? file : undefined;
}
