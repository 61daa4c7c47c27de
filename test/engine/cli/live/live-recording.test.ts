// The journal of a live run that is kept in a database: by its name while its daemon lives, by its configuration at any time.
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtCli, onlyJson, twinclock } from '../../../support/built-cli.ts';
import { postgresMissing, startPostgres, type PostgresServer } from '../../../support/live/postgres.ts';
import { removeFolder } from '../../../support/remove-folder.ts';

const missing = postgresMissing();

describe.skipIf(missing !== undefined)(`a run on PostgreSQL${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'live-recording-')), ask = (...args: readonly string[]) => twinclock(args, { cwd: folder });
  let server: PostgresServer;
  beforeAll(() => {
    server = startPostgres();
    writeFileSync(join(folder, 'far.json'), JSON.stringify({
      twinclock: 'live/1', name: 'far', mode: 'event', store: server.address, pools: { ws: { driver: 'process' } },
      scenario: { twinclock: 'scenario/1', name: 'far', fleet: { local: [{ id: 'ws', cores: 1 }] }, jobs: [{ id: 'job', tasks: [{ id: 'one', duration: '1s', on: ['ws'], demand: { cores: 1 }, run: { command: ['true'] } }] }] },
    }));
  });
  afterAll(() => { server.stop(); removeFolder(folder); });

  it('is replayed by its name while its daemon lives, and by its configuration when it has gone', async () => {
    const daemon = spawn(process.execPath, [builtCli(), 'live', 'far.json', '--port', '0', '--quiet'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] }), gone = new Promise((done) => { daemon.once('exit', done); });
    try {
      await new Promise((listens) => { daemon.stdout.once('data', listens); });
      for (;;) if (onlyJson((await ask('status', 'far', '--json')).stdout).jobsEnded === 1) break;
      const alive = await ask('replay', 'far', '--json');
      expect([alive.code, onlyJson(alive.stdout)]).toMatchObject([0, { identical: true }]);
      daemon.kill('SIGTERM');
      await gone;
      const later = await ask('replay', 'far.json', '--json'), named = await ask('replay', 'far');
      expect(onlyJson(later.stdout).journalHash).toBe(onlyJson(alive.stdout).journalHash);
      expect([named.code, named.stderr]).toEqual([2, expect.stringMatching(/no-journal.*in a database.*my-live\.json/)]);
    } finally { daemon.kill('SIGKILL'); }
  });
});
