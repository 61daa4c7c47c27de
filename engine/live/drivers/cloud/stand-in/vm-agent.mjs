// A stand-in VM, in a session of its own: it spins up, serves its metadata, and dies when it is told to, taking every process
// group that was placed on it along with SIGKILL. The daemon need not be there. All that is known of it stands in its folder:
//   vm.json    what was asked for          pid     the claim: of two agents with one folder, one goes on; -1 when it may not start
//   ready      it takes attempts, and where its metadata is          attempts/   one file each: the folder of the attempt
//   interrupt, rebalance, release   asked of it     ending   from here on nothing starts on it     gone   nothing of it is left
// `node vm-agent.mjs <folder>`; with `reap` behind it, it only clears away what an agent that was killed itself has left.
import { existsSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { metadataService } from './metadata-service.mjs';

const [, , folder, mode] = process.argv, LOOK_MS = 50, INSIST = 100;
const read = (name) => { try { return readFileSync(join(folder, name), 'utf8'); } catch { return undefined; } };
const write = (name, value) => { writeFileSync(join(folder, `${name}.part`), JSON.stringify(value)); renameSync(join(folder, `${name}.part`), join(folder, name)); };
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Marks the end first: an attempt placed after it sees the mark, one placed before it is found here. */
async function end(cause) {
  write('ending', { cause });
  for (let k = 0; k < INSIST && stillThere().length > 0; k++) await pause(LOOK_MS);
  write('gone', { cause, left: stillThere().length });
  process.exit(0);
}

/** Kills the groups of all attempts, and forbids those on their way to begin; returns what is still there. */
function stillThere() {
  return readdirSync(join(folder, 'attempts')).filter((name) => {
    const attempt = read(join('attempts', name)), claim = join(attempt, 'pid');
    try { writeFileSync(claim, '-1\n', { flag: 'wx' }); return false; } catch { /* it has begun, or its folder is gone */ }
    const group = existsSync(claim) && !existsSync(join(attempt, 'exit')) ? Number(readFileSync(claim, 'utf8').trim() || NaN) : -1;
    if (group === -1) return false;
    if (Number.isNaN(group)) return true;
    try { process.kill(-group, 'SIGKILL'); return true; } catch { return false; }
  });
}

if (mode === 'reap') await end('interrupted');
try { writeFileSync(join(folder, 'pid'), `${process.pid}\n`, { flag: 'wx' }); } catch { process.exit(0); }

const card = JSON.parse(read('vm.json')), readyAt = performance.now() + card.spinUpMs;
let doom, killAt = Infinity;
const service = metadataService({ cloud: card.metadata, name: card.name, now: () => Date.now(), doom: () => doom, rebalance: () => JSON.parse(read('rebalance') ?? 'null')?.at });
const server = createServer(service.handle);
await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });

for (let ready = false; ; await pause(LOOK_MS)) {
  if (!ready && performance.now() >= readyAt) { ready = true; write('ready', { metadata: `http://127.0.0.1:${server.address().port}` }); }
  if (!existsSync(folder)) process.exit(0);
  if (existsSync(join(folder, 'release'))) await end('released');
  if (ready && performance.now() >= readyAt + (card.interruptAfterMs ?? Infinity) && !existsSync(join(folder, 'interrupt'))) write('interrupt', { noticeMs: card.noticeMs });
  if (killAt === Infinity && existsSync(join(folder, 'interrupt'))) {
    const { noticeMs } = JSON.parse(read('interrupt'));
    killAt = performance.now() + noticeMs;
    if (noticeMs > 0) { doom = { killAt: Date.now() + noticeMs }; service.changed(); }
  }
  if (performance.now() >= killAt) await end('interrupted');
}
