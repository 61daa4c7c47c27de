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

/** What can be said of every answer: nothing from elsewhere is loaded, nothing is guessed. The last two keep the page apart from others, for which browsers give it a finer clock. */
const HEADERS = {
  'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-cache', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp',
};

/** Adds the command. */
export function addServeCommand(program: Command): void {
  program.command('serve').summary('the workbench in the browser').description('Serves the built workbench on the loopback interface until Ctrl-C. The browser simulates; the server only hands out files.')
    .option('--port <n>', `port (default: ${DEFAULT_PORT}, or any free one when it is taken)`, parseWhole('--port', 0, 65_535))
    .action((options: { readonly port?: number }) => serveWorkbench(options.port));
}

/** Serves until the process is told to end. Without a port: the usual one, or any that is free. */
export async function serveWorkbench(port: number | undefined): Promise<void> {
  const folder = workbenchFolder();
  if (folder === undefined) throw new RunError('not-built', 'the workbench has not been built; `npm run build` does it');
  const server = await startServer(folder, port);
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

/** Where the build is: beside the bundled command, or in the project when run from its source; undefined when there is none. */
export function workbenchFolder(): string | undefined {
  return ['./web/', '../../../dist/web/'].map((path) => fileURLToPath(new URL(path, import.meta.url))).find((path) => existsSync(join(path, 'index.html')));
}

/** The file an address below the folder stands for, with its headers; undefined when there is none. */
export async function workbenchFile(folder: string, url: string): Promise<{ readonly body: Buffer; readonly headers: Readonly<Record<string, string>> } | undefined> {
  const file = await fileOf(await realpath(folder), url), body = file === undefined ? undefined : await readFile(file).catch(() => undefined);
  return body === undefined ? undefined : { body, headers: { ...HEADERS, 'content-type': TYPES[extname(file!)] ?? 'application/octet-stream', 'content-length': String(body.length) } };
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') { response.writeHead(405, { ...HEADERS, allow: 'GET, HEAD' }).end(); return; }
  const found = await workbenchFile(root, request.url ?? '/');
  if (found === undefined) { response.writeHead(404, { ...HEADERS, 'content-type': TYPES['.txt'] }).end('not found\n'); return; }
  response.writeHead(200, found.headers).end(request.method === 'HEAD' ? undefined : found.body);
}

/** The real path of what is asked for, if it lies below the root: neither `..`, encoded or not, nor a link leads out. */
async function fileOf(root: string, url: string): Promise<string | undefined> {
  let path: string;
  try { path = decodeURIComponent(url.replace(/[?#].*$/s, '')); } catch { return undefined; }
  if (path.includes('\0')) return undefined;
  const file = await realpath(join(root, path.endsWith('/') ? `${path}index.html` : path)).catch(() => undefined);
  return file?.startsWith(root + sep) === true ? file : undefined;
}
