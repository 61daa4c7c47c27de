// The drivers there are, by the name a live configuration calls them. Adding one is a folder and a line here.
import type { DriverKind } from '../driver.ts';
import { cloudKind } from './cloud/cloud-kind.ts';
import { ec2Kind } from './cloud/ec2/ec2-kind.ts';
import { httpKind } from './http/http-kind.ts';
import { peopleKind } from './people/people-kind.ts';
import { processKind } from './process/process-kind.ts';
import { slurmKind } from './slurm/slurm-kind.ts';

export const DRIVER_KINDS: readonly DriverKind[] = [processKind, slurmKind, cloudKind, ec2Kind, httpKind, peopleKind];
