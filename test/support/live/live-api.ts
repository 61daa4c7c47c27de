// A live run with its API, in this process: real store, real commands in a folder of its own, real HTTP.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { livePorts } from '../../../engine/cli/live/live-ports.ts';
import { inboxDesk } from '../../../engine/live/api/inbox-desk.ts';
import { liveInsight } from '../../../engine/live/api/live-insight.ts';
import { openApi } from '../../../engine/live/api/server.ts';
import type { Api, ApiOptions } from '../../../engine/live/api/server.ts';
import { systemClock } from '../../../engine/live/clock.ts';
import { validateLive } from '../../../engine/live/config.ts';
import { PeopleDriver } from '../../../engine/live/drivers/people/people-driver.ts';
import { LiveEngine } from '../../../engine/live/live-engine.ts';
import type { JobFile, ScenarioFile } from '../../../engine/model/scenario.ts';
import { removeFolder } from '../remove-folder.ts';

export interface LiveApi {
  readonly api: Api;
  readonly engine: LiveEngine;
  readonly folder: string;
  /** Answer and status of a call. */
  ask(path: string, init?: RequestInit & { readonly json?: unknown }): Promise<{ readonly status: number; readonly body: any; readonly headers: Headers }>;
  /** Resolves when no job is open. */
  finished(): Promise<void>;
  close(): Promise<void>;
}

export const WORK: ScenarioFile = {
  twinclock: 'scenario/1', name: 'api-test', mode: 'event', fleet: { local: [{ id: 'ws', cores: 4, memory: '2 GB' }], human: [{ id: 'ann' }] },
  jobs: [{ id: 'first', tasks: [
    { id: 'a', duration: '1s', demand: { cores: 1 }, run: { command: ['sh', '-c', 'echo out; echo \'{"x":1}\' > "$TWINCLOCK_OUTPUT"'] } },
    { id: 'b', duration: '1s', after: ['a'], demand: { cores: 1 }, run: { command: ['true'] } },
  ] }],
};

/** A job of one command. */
export const job = (id: string, command: readonly string[], more: object = {}): JobFile => ({ id, tasks: [{ id: `${id}-t`, duration: '1s', demand: { cores: 1 }, run: { command }, ...more }] });

export async function liveApi(options: Partial<ApiOptions> = {}, scenario: ScenarioFile = WORK): Promise<LiveApi> {
  const folder = mkdtempSync(join(tmpdir(), 'live-api-')), ports = livePorts(undefined);
  const file = validateLive({ twinclock: 'live/1', name: 'api-test', scenario, directory: folder, pools: { ws: { driver: 'process' }, ann: { driver: 'people' } } });
  const engine = await LiveEngine.open(file, scenario, ports), people = [engine.driver('ann')].filter((driver): driver is PeopleDriver => driver instanceof PeopleDriver);
  const api = await openApi({ operations: engine, insight: liveInsight(engine, ports.policyOf), inbox: inboxDesk(people, Date.parse(engine.status().epoch)) }, {
    address: '127.0.0.1', port: 0, bodyBytes: 1 << 20, requestsPerSecond: 10_000, clock: systemClock, log: (message, error) => { throw new Error(message, { cause: error }); }, ...options,
  });
  return {
    api, engine, folder,
    ask: async (path, { json, ...init } = {}) => {
      const answer = await fetch(api.url + path, { ...init, ...(json === undefined ? {} : { body: JSON.stringify(json), headers: { 'content-type': 'application/json', ...init.headers as Record<string, string> } }) });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: /json$/.test(answer.headers.get('content-type')?.split(';')[0] ?? '') ? JSON.parse(text) : text };
    },
    finished: () => new Promise((resolve) => {
      const end = engine.subscribe(0, () => { if (engine.status().jobs.open === 0) { queueMicrotask(() => { end(); }); resolve(); } });
    }),
    close: async () => { await api.close(); await engine.close(); removeFolder(folder); },
  };
}
