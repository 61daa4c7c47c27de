// Brings a Slurm for the tests of its driver when none is there and it can be had from Debian's packages, as root. Its daemons are
// kept from starting by themselves. Without it those tests skip, so nothing here fails. Quick when one is found.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const PACKAGES = ['slurmctld', 'slurmd', 'slurm-client', 'munge'], GUARD = '/usr/sbin/policy-rc.d', TIMEOUT_MS = 180_000;
const found = () => ['/usr/sbin/slurmctld', '/usr/sbin/slurmd', '/usr/bin/sbatch', '/usr/sbin/munged'].every((path) => existsSync(path));

function run(command, args) {
  console.error(`$ ${command} ${args.join(' ')}`);
  return spawnSync(command, args, { stdio: 'inherit', timeout: TIMEOUT_MS, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;
}

if (!found() && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  const guarded = existsSync(GUARD);
  try {
    if (!guarded) writeFileSync(GUARD, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    run('apt-get', ['update']) && run('apt-get', ['install', '-y', '--no-install-recommends', ...PACKAGES]);
  } catch (error) {
    console.error(`no Slurm could be installed: ${error.message}`);
  } finally {
    if (!guarded) rmSync(GUARD, { force: true });
  }
}
if (!found()) console.error('no Slurm on this machine: the tests of its driver will skip');
