// `npm run slurm:demo`: a one-node Slurm on this machine for trying things out. It says how to use it, and lives until it is
// interrupted; with a command behind `--`, until that has ended: `npm run slurm:demo -- -- npx twinclock live slurm`.
import { spawn } from 'node:child_process';
import { slurmMissing, startSlurm } from './one-node-slurm.ts';

const missing = slurmMissing(), [program, ...args] = process.argv.slice(process.argv.indexOf('--') + 1), given = process.argv.includes('--');
if (missing !== undefined) {
  console.error(`${missing}; on Debian: apt-get install slurmctld slurmd slurm-client munge`);
  process.exit(2);
}
const slurm = await startSlurm();
console.log(`${await slurm.run('sbatch', '--version')}, one node of 8 cores and 2 GPUs that it only pretends to have; jobs in partition "spot" are taken back after 4 s by those in "ondemand"

  export SLURM_CONF=${slurm.conf}
  sinfo
  sbatch --partition=ondemand --cpus-per-task=8 --output=/dev/null --wrap='sleep 10'     # takes back what runs in "spot"
`);
const leave = async (code: number): Promise<void> => { await slurm.stop(); process.exit(code); };
if (!given || program === undefined) {
  console.log('It ends, with all its jobs, at Ctrl-C.');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { void leave(0); });
  setInterval(() => {}, 60_000);
} else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {}); // the command gets it too, and ends first
  spawn(program, args, { stdio: 'inherit', env: { ...process.env, SLURM_CONF: slurm.conf } }).once('exit', (code) => { void leave(code ?? 1); }).once('error', (error) => { console.error(error.message); void leave(2); });
}
