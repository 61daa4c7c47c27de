// The small shell script that stands between the daemon and a command: it outlives the daemon, claims the attempt, and leaves
// the exit status behind. `set -C` makes the claim exclusive: of two shims with one folder, one runs the command and the other
// ends. Signals to the group reach the command; the shim itself only notes them, because a handler, unlike `trap ''`, is not
// inherited. Where signals come to the shim alone, it passes on those that ask for a checkpoint. The exit status appears by
// rename: it is whole or not there. The command enters its control groups, one a line in the file `groups`, by itself; the
// shim stays outside, so that what ends the group leaves it to tell how.
import { spawn, type ChildProcess } from 'node:child_process';

/** What the shim does when it gets a signal itself. */
const GROUP_TRAPS = 'trap : TERM INT HUP USR1 USR2';
/** SIGUSR2 asks for a checkpoint; SIGUSR1 too, and announces that whoever runs the shim will end it soon. */
export const LONE_TRAPS = `trap : TERM INT HUP
save() { [ -z "$signal" ] || kill -s "$signal" $command; }
trap save USR2
trap ': > "$folder/noticed"; save' USR1`;

/** Arguments: folder of the attempt, working folder, signal that asks the command for a checkpoint (without SIG, may be empty), command. */
export const shimScript = (traps: string): string => `
cd / || exit 125
set -C
echo $$ > "$1/pid" || exit 0
set +C
folder=$1 work=$2 signal=$3
shift 3
command=
${traps}
( while read -r group; do echo 0 2> /dev/null > "$group/cgroup.procs"; done < "$folder/groups"; cd "$work" && exec "$@" ) > "$folder/stdout" 2> "$folder/stderr" < /dev/null &
command=$!
while :; do
  wait $command
  status=$?
  kill -0 $command 2> /dev/null || break
done
times > "$folder/times"
echo $status > "$folder/exit.part"
mv "$folder/exit.part" "$folder/exit"
exit $status
`;
/** For those who signal the whole group: `sh <shim> <folder> <working folder> '' <command>...` */
export const SHIM = shimScript(GROUP_TRAPS);

/** Starts the shim in a session and process group of its own, whose number is its pid. Rejects when it could not be started. */
export function spawnShim(folder: string, work: string, command: readonly string[], env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const child = spawn('/bin/sh', ['-c', SHIM, 'twinclock-attempt', folder, work, '', ...command], { detached: true, stdio: 'ignore', env });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve(child));
  });
}
