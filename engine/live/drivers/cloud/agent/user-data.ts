// What a new VM is told to do when it first starts: one shell script that cloud-init runs as root. It prepares the VM as its owner
// wishes, lays the agent (vm-agent.sh) and the shim of attempts down, and leaves the agent running in a session of its own.
import { SHIM } from '../../process/shim.ts';
import { quoted } from './command-script.ts';
import VM_AGENT from './vm-agent.sh?raw';

export interface UserDataOptions {
  readonly url: string;
  readonly token: string;
  /** PEM of the only certificate to trust; undefined for those the VM trusts anyway. */
  readonly certificate: string | undefined;
  readonly setUp: string;
  /** Longer it may not take. */
  readonly setUpMs: number;
  readonly pollMs: number;
  readonly noticeMs: number;
  readonly aloneMs: number;
  readonly graceMs: number;
}

const END = 'twinclock-end-of-file';
const TICK_MS_MAX = 1000, PATIENCE_MS_MAX = 20_000;

/** How long an agent waits for an answer of the daemon: by so much it may learn late that it is alone. */
export const patienceMs = (aloneMs: number): number => Math.min(PATIENCE_MS_MAX, aloneMs / 4);

const file = (name: string, text: string): string => `cat > ${name} <<'${END}'\n${text.trim()}\n${END}`;

/** `TWINCLOCK_VM_ROOT` and `AWS_EC2_METADATA_SERVICE_ENDPOINT`, if the VM has them, say where its folder and its metadata service are. */
export function userData({ url, token, certificate, setUp, setUpMs, pollMs, noticeMs, aloneMs, graceMs }: UserDataOptions): string {
  const settings = {
    url: quoted(url), ca: certificate === undefined ? '' : 'certificate.pem', poll: pollMs / 1000, listen: noticeMs / 1000, tick: Math.min(TICK_MS_MAX, pollMs) / 1000,
    patience: patienceMs(aloneMs) / 1000, alone: Math.ceil(aloneMs / 10), grace: Math.ceil(graceMs / 10),
  };
  return [
    '#!/bin/sh',
    '# Made by Twinclock for this VM alone: it holds the token of the VM.',
    'umask 077', 'root=${TWINCLOCK_VM_ROOT:-/var/lib/twinclock}', 'mkdir -p "$root/attempts" && cd "$root" || exit 1', '[ ! -e settings ] || exit 0',
    file('token', `authorization: Bearer ${token}`),
    ...(certificate === undefined ? [] : [file('certificate.pem', certificate)]),
    file('shim', SHIM), file('agent', VM_AGENT), file('set-up', setUp),
    file('settings', Object.entries(settings).map(([name, value]) => `${name}=${value}`).join('\n')),
    'umask 022',
    `if ! ( cd / && timeout ${setUpMs / 1000} sh -e "$root/set-up" ) > "$root/set-up.log" 2>&1; then shutdown -h now || poweroff; exit 1; fi`,
    'setsid sh agent "$root" > agent.log 2>&1 < /dev/null &', '',
  ].join('\n');
}
