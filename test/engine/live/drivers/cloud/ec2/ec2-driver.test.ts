// The conformance of all drivers, on attempts that run on VMs of the fake EC2.
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';
import { attemptName } from '../../../../../../engine/live/driver-events.ts';
import { driverConformance, type DriverPlace } from '../../conformance.ts';
import { Ec2Bench, VM } from '../../../../../support/live/ec2-bench.ts';
import { vmsMissing } from '../../../../../support/live/fake-instance.ts';

const place = async (): Promise<DriverPlace> => {
  const bench = await Ec2Bench.start(), log = join(mkdtempSync(join(tmpdir(), 'twinclock-ec2-log-')), 'begun');
  appendFileSync(log, '');
  const shell = (line: string) => ({ run: { shell: `echo "$TWINCLOCK_KEY" >> ${log}; ${line}` } });
  await bench.open();
  await bench.ready(VM);
  await bench.close();
  return {
    make: (emit) => bench.make(emit),
    short: (key) => bench.attempt(key, shell('echo "{\\"did\\":\\"$TWINCLOCK_TASK\\"}" > "$TWINCLOCK_OUTPUT"')),
    failing: (key) => bench.attempt(key, shell('exit 3')),
    long: (key) => bench.attempt(key, shell('sleep 60')),
    begun: (key) => readFileSync(log, 'utf8').split('\n').filter((line) => line === attemptName(key)).length,
    until: (condition) => bench.until(condition),
    clean: async () => { await bench.stop(); rmSync(join(log, '..'), { recursive: true, force: true }); },
  };
};

const missing = vmsMissing();
if (missing === undefined) driverConformance('EC2', place);
else it.skip(`EC2: conformance${missing}`);
