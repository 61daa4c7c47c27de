// The daemon of a live run, put together: engine, API, page. It ends well on SIGINT and SIGTERM, at once on the second one,
// and with exit code 1 when the run cannot go on; whatever way it ends, what runs goes on.
import { resolve } from 'node:path';
import { RunForecaster } from '../../experiment/forecast-run.ts';
import type { RunForecast } from '../../experiment/forecast-run.ts';
import { openApi } from '../../live/api/server.ts';
import { bindPort } from '../../live/api/bound-port.ts';
import type { BoundPort } from '../../live/api/bound-port.ts';
import { readToken } from '../../live/api/guard.ts';
import { inboxDesk } from '../../live/api/inbox-desk.ts';
import { liveInsight } from '../../live/api/live-insight.ts';
import { systemClock } from '../../live/clock.ts';
import type { LiveFile } from '../../live/config.ts';
import { PeopleDriver } from '../../live/drivers/people/people-driver.ts';
import type { Json } from '../../live/json.ts';
import { LiveEngine } from '../../live/live-engine.ts';
import { newHeader } from '../../live/new-run.ts';
import { directoryOf } from '../../live/paths.ts';
import type { Injection, Preview } from '../../live/operations.ts';
import { RunError, inputError } from '../../model/errors.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import { goodbyeText } from '../report/live-report.ts';
import { print } from '../terminal.ts';
import { daemonOnPort, livingDaemon, removeDaemonFile, writeDaemonFile } from './daemon-file.ts';
import { endAsked } from './end-asked.ts';
import { livePorts } from './live-ports.ts';
import { addPage } from './page.ts';

export interface DaemonOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly port: number | undefined;
  /** Faults that are injected at its start. */
  readonly rehearsal?: Injection;
}

const DEFAULT_PORT = 7311, BODY_BYTES = 16 << 20, REQUESTS_PER_SECOND = 200;

/**
 * Runs until it is told to end. Nothing is started or kept before its port is its own. Throws `InputError` `already-running` when the run
 * has a daemon, `port-taken`, what `LiveEngine.prepare` and `begin` throw, `RunError` `broken` when the run cannot go on.
 */
export async function runDaemon(file: LiveFile, scenario: ScenarioFile, options: DaemonOptions): Promise<void> {
  const { listen = {} } = file, address = listen.address ?? '127.0.0.1', token = listen.tokenFile === undefined ? undefined : await readToken(listen.tokenFile);
  const wanted = options.port ?? listen.port ?? DEFAULT_PORT;
  let port: BoundPort | undefined;
  try {
    port = await bindPort(address, wanted);
    await serveRun(file, scenario, options, { address, port, ...(token === undefined ? {} : { token }) });
  } catch (error) { throw await withHolder(error, file, wanted); } finally { await port?.close(); }
}

/** The same error; or, when another daemon has the run or the port, one that names it. */
async function withHolder(error: unknown, file: LiveFile, port: number): Promise<unknown> {
  const { code } = error as { code?: unknown };
  if (code !== 'locked' && code !== 'port-taken') return error;
  const own = await livingDaemon(directoryOf(file));
  if (own !== undefined && (code === 'locked' || Number(new URL(own.url).port) === port)) {
    return inputError('already-running', '', `the run ${file.name} has a daemon: ${own.url}, process ${own.pid}`, { hint: `\`twinclock status ${file.name}\` asks it, \`kill ${own.pid}\` ends it; what runs goes on` });
  }
  const other = code === 'port-taken' ? await daemonOnPort(port) : undefined;
  return other === undefined ? error : inputError('port-taken', 'listen.port', `the daemon of ${other.run} listens there, process ${other.pid}`, { value: port, hint: '`--port 0` for any that is free' });
}

async function serveRun(file: LiveFile, scenario: ScenarioFile, options: DaemonOptions, door: { readonly address: string; readonly port: BoundPort; readonly token?: string }): Promise<void> {
  const log = options.quiet ? () => {} : logger(options.json), { listen = {} } = file, folder = directoryOf(file);
  const ports = livePorts(log), engine = await LiveEngine.prepare(file, scenario, ports, options.rehearsal);
  const broken = new Promise<never>((_, reject) => { engine.onBroken((error) => { reject(new RunError('broken', `the run cannot go on: ${String(error)}; start the daemon again`)); }); });
  broken.catch(() => { /* told below */ });
  try {
    const people = [...new Set(Object.keys(file.pools).map((entry) => engine.driver(entry)))].filter((driver): driver is PeopleDriver => driver instanceof PeopleDriver);
    const api = await openApi({ operations: engine, insight: liveInsight(engine, ports.policyOf), inbox: inboxDesk(people, Date.parse(engine.status().epoch)) }, {
      ...door, bodyBytes: listen.bodyBytes ?? BODY_BYTES, requestsPerSecond: listen.requestsPerSecond ?? REQUESTS_PER_SECOND, clock: systemClock, page: addPage,
      log: (message, error) => { log('error', `${message}: ${error instanceof Error ? error.stack ?? error.message : String(error)}`); },
    });
    try {
      await writeDaemonFile(folder, { url: api.url, run: file.name, pid: process.pid, ...(listen.tokenFile === undefined ? {} : { tokenFile: resolve(listen.tokenFile) }) });
      print(options.json ? JSON.stringify({ run: file.name, url: api.url }) : `${file.name}: ${api.url}/web/  (Ctrl-C ends the daemon; what runs goes on)`);
      const begun = engine.begin(); // who can be asked can be stopped: nothing is decided before
      begun.catch(() => { /* told below */ });
      await Promise.race([endAsked(), broken, begun.then(() => broken)]);
      const goodbye = goodbyeText(engine.status(), engine.resources());
      if (goodbye !== undefined && !options.json) print(goodbye);
    } finally {
      await removeDaemonFile(folder);
      await api.close();
    }
  } finally { await engine.close(); }
}

/** What would be started at once, and what futures say of the whole. */
export interface DryRun extends Preview { readonly forecast: RunForecast }

const DRY_FUTURES = 100;

/** Nothing is started, nothing is kept. */
export async function dryRun(file: LiveFile, scenario: ScenarioFile): Promise<DryRun> {
  const { previewOf } = await import('../../live/dry-run.ts'), ports = livePorts(undefined), { scenario: whole, policy, weights } = newHeader(file, scenario, ports);
  const forecaster = new RunForecaster(ports.compile(whole).instance, undefined, 0, { policy: ports.policyOf(policy), parameters: policy.parameters, weights });
  forecaster.add(DRY_FUTURES);
  return { ...previewOf(file, scenario, ports), forecast: forecaster.result() };
}

function logger(json: boolean): (level: 'info' | 'warn' | 'error', message: string, details?: Readonly<Record<string, Json>>) => void {
  return (level, message, details) => {
    const at = new Date().toISOString();
    process.stderr.write((json ? JSON.stringify({ at, level, message, ...details }) : `${at.slice(11, 23)} ${level.padEnd(5)} ${message}${details === undefined ? '' : ` ${JSON.stringify(details)}`}`) + '\n');
  };
}
