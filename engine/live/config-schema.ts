// JSON Schema (draft 2020-12) of the live configuration, with the options of every driver there is.
import type { DriverKind } from './driver.ts';
import { SCENARIO_SCHEMA } from '../model/schema.ts';
import type { JsonSchema } from '../model/schema.ts';

export const LIVE_VERSION = 'live/1';

const text = (description: string): JsonSchema => ({ type: 'string', minLength: 1, description });
const duration = (description: string): JsonSchema => ({ $ref: '#/$defs/duration', description });
const closed = (properties: Readonly<Record<string, JsonSchema>>, required: readonly string[], description: string): JsonSchema =>
  ({ type: 'object', description, properties, required, additionalProperties: false });

const share: JsonSchema = { type: 'number', minimum: 0, maximum: 1 };

/** `kinds`: the drivers a pool may name. */
export function liveSchema(kinds: readonly DriverKind[]): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:twinclock:live:1',
    title: 'live configuration',
    ...closed({
      twinclock: { const: LIVE_VERSION },
      name: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$', description: 'Names the run: letters, digits, ".", "_", "-". Started again, it goes on.' },
      description: text('For people.'),
      scenario: { title: 'scenario', description: 'A name of the catalogue, a file, or the scenario itself. Its jobs are the first submission; there may be none.', type: ['string', 'object'] },
      policy: text('"weighted", or with parameters "weighted:theta=0.8".'),
      weights: closed({ latency: share, cost: share, fragmentation: share }, ['latency', 'cost', 'fragmentation'], 'They sum to 1.'),
      seed: { type: 'integer', minimum: 0, description: "Of the policy's own stream. Default 1." },
      budget: { type: 'number', minimum: 0, description: "Dollars; wins over the scenario's." },
      tick: duration('Decision period. Default: that of the scenario, "30s".'),
      mode: { enum: ['tick', 'event'], description: 'Decide on the grid of ticks, or at every change. Default: that of the scenario.' },
      pools: { type: 'object', description: 'Which driver serves each fleet entry, by the id of the entry.', additionalProperties: { $ref: '#/$defs/pool' } },
      listen: closed({
        address: text('Default "127.0.0.1". Any that is not loopback needs tokenFile.'),
        port: { type: 'integer', minimum: 0, maximum: 65535, description: 'Default 7311; 0 for any that is free.' },
        tokenFile: text('A file with the bearer token, readable by its owner only; made when it is not there.'),
        bodyBytes: { type: 'integer', minimum: 1024, description: 'Of a request. Default 16 MiB.' },
        requestsPerSecond: { type: 'integer', minimum: 1, description: 'From one address. Default 200.' },
      }, [], 'Where the daemon listens.'),
      store: { type: 'string', pattern: '^postgres(ql)?://', description: 'A postgres:// address. Default: an SQLite file in "directory".' },
      directory: text('Where the run is kept. Default "twinclock-live/<name>".'),
      probeEvery: duration('How often an attempt whose fate is not known is asked for. Default "10s".'),
      lostAfter: duration('After so long without a word an unknown attempt counts as lost. Default: never.'),
    }, ['twinclock', 'name', 'scenario', 'pools'], 'A live run: its scenario, its policy, and the drivers that serve its fleet.'),
    $defs: {
      duration: SCENARIO_SCHEMA.$defs!['duration']!,
      pool: { title: 'pool', description: 'A driver and its options.', anyOf: kinds.map(({ name }) => ({ $ref: `#/$defs/${name}` })) },
      ...Object.fromEntries(kinds.map((kind) => [kind.name,
        closed({ driver: { const: kind.name }, ...kind.options }, ['driver', ...(kind.required ?? [])], `${kind.summary}. Serves: ${kind.serves.join(', ')}.`)])),
    },
  };
}
