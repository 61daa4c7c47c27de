// A scenario in small: every duration shortened by one factor, and each task given something real to do, so that weeks of work can be
// lived through in a minute on one machine. Prices and rates grow by the same factor, so that money, budgets and limits mean what
// they meant. People are there all the time, spot VMs are taken only when somebody takes them, and APIs keep what they publish.
import type { ApiFile, CloudFile, DistributionText, DurationText, FleetFile, HumanFile, JobFile, RunFile, ScenarioFile, TaskFile } from '../../model/scenario.ts';
import { hashString32 } from '../../model/ids.ts';
import { parseDuration } from '../../model/units.ts';

/** Shares of its expected duration that a task really takes, by its name. */
const LEAST = 0.7, MOST = 1.3;
/** Ms between two looks of a command that can save its work. */
const STEP_MS = 100;

/** `faster`: the factor, 1 or more. Random durations stay as they are distributed. */
export function inSmall(file: ScenarioFile, faster: number): ScenarioFile {
  const shorter = (value: DurationText): string => `${Math.max(1, Math.round(parseDuration(value) / faster))}ms`, { epoch: _, horizon: _horizon, description: _description, ...rest } = file;
  return {
    ...rest, name: `${file.name}-in-small`, mode: 'event', tick: '1s',
    ...(file.batches === undefined ? {} : { batches: Object.fromEntries(Object.entries(file.batches).map(([key, { setup }]) => [key, { setup: shorter(setup) }])) }),
    jobs: file.jobs.map((job) => smallJob(job, shorter)), fleet: smallFleet(file.fleet, faster, shorter),
  };
}

type Shorter = (value: DurationText) => string;

function smallJob({ release, deadline, tasks, ...job }: JobFile, shorter: Shorter): JobFile {
  return { ...job, ...(release === undefined ? {} : { release: shorter(release) }), ...(deadline === undefined ? {} : { deadline: shorter(deadline) }), tasks: tasks.map((task) => smallTask(task, shorter)) };
}

function smallTask({ duration, estimate, checkpoint, failureRate: _, after, ...task }: TaskFile, shorter: Shorter): TaskFile {
  const small: TaskFile['duration'] = typeof duration === 'object' && 'by' in duration ? { by: mapValues(duration.by, (one) => scaled(one, shorter)) } : scaled(duration, shorter);
  const told = estimate === undefined ? {} : { estimate: typeof estimate === 'object' ? { by: mapValues(estimate.by, shorter) } : shorter(estimate) };
  const inputs = after?.map((edge) => (typeof edge === 'string' ? edge : edge.task));
  return {
    ...task, duration: small, ...told, ...(inputs === undefined ? {} : { after: inputs }), attempts: 20,
    ...(checkpoint === undefined ? {} : { checkpoint: { interval: shorter(checkpoint.interval), cost: shorter(checkpoint.cost) } }), run: deed(task.id, small, checkpoint !== undefined),
  };
}

function deed(id: string, duration: TaskFile['duration'], saves: boolean): RunFile {
  const part = LEAST + (MOST - LEAST) * hashString32(id) / 2 ** 32, by = typeof duration === 'object' && 'by' in duration ? duration.by : { '*': duration };
  const ms = mapValues(by, (one) => Math.max(20, Math.round(part * meanOf(one)))), longest = Math.max(...Object.values(ms));
  const cases = Object.entries(ms).map(([entry, value]) => `${entry === '*' ? '*' : `${entry}|${entry}/*`}) ms=${value};;`).join(' ');
  return {
    shell: `case "$TWINCLOCK_UNIT" in ${cases} *) ms=${longest};; esac; ${saves ? SAVING : PLAIN} echo "{\\"task\\": \\"${id}\\", \\"inputs\\": \\"$(sha256sum < "$TWINCLOCK_INPUTS" | cut -c1-12)\\"}" > "$TWINCLOCK_OUTPUT"`,
    http: { url: `work/${encodeURIComponent(id)}`, method: 'POST', body: { ms: ms['*'] ?? longest } },
    prompt: { text: `${id}: takes about ${Math.round(longest)} ms` },
  };
}

const PLAIN = 'sleep "$(awk "BEGIN { print $ms / 1000 }")";';
/** Goes on from what was saved, says how far it is, and saves when it is told to. */
const SAVING = `n=$(( (ms + ${STEP_MS - 1}) / ${STEP_MS} )); k=$(cat "$TWINCLOCK_CHECKPOINT/step" 2>/dev/null || echo 0); share() { awk "BEGIN { print $k / ($n + 1) }" > "$1.part" && mv "$1.part" "$1"; }; `
  + 'save() { echo $k > "$TWINCLOCK_CHECKPOINT/step.part" && mv "$TWINCLOCK_CHECKPOINT/step.part" "$TWINCLOCK_CHECKPOINT/step" && share "$TWINCLOCK_CHECKPOINTED"; }; trap save USR1; '
  + `while [ $k -lt $n ]; do sleep ${STEP_MS / 1000}; k=$((k + 1)); [ $((k % 5)) = 0 ] && share "$TWINCLOCK_PROGRESS"; done; rm -f "$TWINCLOCK_CHECKPOINT/step";`;

// --- fleet ---

function smallFleet({ cloud, api, human, local, network: _, ...rest }: FleetFile, faster: number, shorter: Shorter): FleetFile {
  return {
    ...rest,
    ...(local === undefined ? {} : { local: local.map(({ energyPrice, ...one }) => ({ ...one, ...(energyPrice === undefined ? {} : { energyPrice: energyPrice * faster }) })) }),
    ...(cloud === undefined ? {} : { cloud: cloud.map((one) => smallCloud(one, faster, shorter)) }),
    ...(api === undefined ? {} : { api: api.map((one) => smallApi(one, faster, shorter)) }), ...(human === undefined ? {} : { human: human.map((one) => smallHuman(one, faster, shorter)) }),
  };
}

function smallCloud({ spinUp, onDemand, spot, billing: _, ...one }: CloudFile, faster: number, shorter: Shorter): CloudFile {
  const price = spot === undefined ? 0 : typeof spot.price === 'number' ? spot.price : spot.price.steps[0]![1];
  return {
    ...one, spinUp: scaled(spinUp, shorter), ...(onDemand === undefined ? {} : { onDemand: { price: onDemand.price * faster } }),
    ...(spot === undefined ? {} : { spot: { price: price * faster, notice: '1s' } }), billing: { granularity: '1ms', minimum: '0s' },
  };
}

function smallApi({ requestsPerMinute, tokensPerMinute, requestBurst, tokenBurst, latency, ...one }: ApiFile, faster: number, shorter: Shorter): ApiFile {
  return {
    id: one.id, ...(one.concurrency === undefined ? {} : { concurrency: one.concurrency }), ...(one.pricePerCall === undefined ? {} : { pricePerCall: one.pricePerCall }), ...(one.pricePerToken === undefined ? {} : { pricePerToken: one.pricePerToken }),
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute: Math.ceil(requestsPerMinute * faster), requestBurst: requestBurst ?? requestsPerMinute }),
    ...(tokensPerMinute === undefined ? {} : { tokensPerMinute: Math.ceil(tokensPerMinute * faster), tokenBurst: tokenBurst ?? tokensPerMinute }),
    ...(latency === undefined ? {} : { latency: scaled(latency, shorter) }), retryAfter: '1s',
  };
}

function smallHuman({ id, skills, costPerHour, responseDelay, concurrency, speed }: HumanFile, faster: number, shorter: Shorter): HumanFile {
  return {
    id, ...(skills === undefined ? {} : { skills }), ...(costPerHour === undefined ? {} : { costPerHour: costPerHour * faster }), ...(responseDelay === undefined ? {} : { responseDelay: scaled(responseDelay, shorter) }),
    ...(concurrency === undefined ? {} : { concurrency }), ...(speed === undefined ? {} : { speed }),
  };
}

// --- durations ---

function scaled(text: DistributionText, shorter: Shorter): DistributionText {
  if (typeof text !== 'object') return shorter(text);
  const [[name, inner]] = Object.entries(text) as [[string, unknown]];
  if (Array.isArray(inner)) return { empirical: (inner as DurationText[]).map(shorter) };
  if (typeof inner !== 'object' || inner === null) return { fixed: shorter(inner as DurationText) };
  return { [name]: Object.fromEntries(Object.entries(inner).map(([key, value]) => [key, key === 'sigma' || key === 'shape' ? (value as number) : shorter(value as DurationText)])) } as unknown as DistributionText;
}

/** Ms, near enough for something to do. */
function meanOf(text: DistributionText): number {
  if (typeof text !== 'object') return parseDuration(text);
  const inner = Object.values(text)[0] as unknown, ms = (values: readonly unknown[]): number => values.reduce<number>((sum, value) => sum + parseDuration(value as DurationText), 0) / values.length;
  if (Array.isArray(inner)) return ms(inner);
  if (typeof inner !== 'object' || inner === null) return parseDuration(inner as DurationText);
  const { mean, median, sigma: _, shape: _shape, ...bounds } = inner as Record<string, unknown>;
  return ms(mean !== undefined ? [mean] : median !== undefined ? [median] : Object.values(bounds));
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> => Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
