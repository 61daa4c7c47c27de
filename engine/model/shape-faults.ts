// The shape of a file checked against its JSON Schema (Ajv), with its errors turned into ours: a path as one writes it in
// code, a code to match on, a suggestion for a misspelt key. A failed union gives not one error per branch but the
// errors of the branch that was meant: the one whose type fits and whose tag or required keys are there.
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { fault, nearestName, type Fault } from './errors.ts';
import { joinPath, pathOfPointer } from './fault-path.ts';
import type { JsonSchema } from './schema.ts';
import { suggestion } from './suggestion.ts';

/** Faults in what a value means, not in its build: what stands around it can still be checked. */
const MILD_KEYWORDS = new Set(['additionalProperties', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'pattern']);

export interface ShapeFault extends Fault {
  /** The entry it is in cannot be read further. */
  readonly severe: boolean;
}

/**
 * A checker of one schema. Compiling takes tens of milliseconds, so it waits for the first use.
 *
 * Sound files meet a checker that stops at the first error. Ajv's list of all errors grows quadratically (each `$ref`
 * copies it), so for a broken file the long lists named by `chain` (`['jobs', 'tasks']`: the jobs of the file, the tasks
 * of a job) are opened in the schema and their entries checked one by one.
 */
export class ShapeChecker {
  private readonly schema: JsonSchema;
  private readonly chain: readonly string[];
  private readonly validators = new Map<string, ValidateFunction>();
  private first: ValidateFunction | undefined;
  private all: Ajv2020 | undefined;

  constructor(schema: JsonSchema, chain: readonly string[] = []) {
    this.schema = schema;
    this.chain = chain;
  }

  /** All faults of shape, in the order of the schema. */
  check(value: unknown): readonly ShapeFault[] {
    this.first ??= new Ajv2020({ allowUnionTypes: true }).compile(this.schema);
    if (this.first(value)) return [];
    const faults: ShapeFault[] = [];
    this.checkEntry(this.schema['$id'] as string, this.schema, 0, value, value, '', faults);
    return faults;
  }

  private checkEntry(id: string, schema: JsonSchema, level: number, value: unknown, root: unknown, pointer: string, faults: ShapeFault[]): void {
    for (const found of this.run(id, value, root, pointer)) faults.push(found);
    const key = this.chain[level], list = key !== undefined && isObject(value) ? value[key] : undefined;
    if (!Array.isArray(list)) return;
    const name = itemsOf(schema, key!);
    list.forEach((entry, k) => this.checkEntry(this.idOf(name), this.schema.$defs![name]!, level + 1, entry, root, `${pointer}/${key!}/${k}`, faults));
  }

  /** Checks `value`, found at `pointer` in `root`, against the schema with this id. */
  private run(id: string, value: unknown, root: unknown, pointer: string): readonly ShapeFault[] {
    const validate = this.validator(id);
    if (validate(value) === true) return [];
    const errors = validate.errors ?? [], unions = new Map<string, ErrorObject>();
    // The outermost of unions at one place reports last.
    for (const error of errors) if (error.keyword === 'anyOf') unions.set(error.instancePath, error);
    return errors.flatMap((error) => {
      const at = outermostUnion(error.instancePath, unions), place = pointer + error.instancePath;
      if (at === undefined) return shapeFault(error, root, place);
      return unions.get(at) === error ? this.unionFaults(error, root, place) : [];
    });
  }

  private validator(id: string): ValidateFunction {
    this.all ??= new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true, schemas: [opened(this.schema, this.chain)] });
    let validate = this.validators.get(id);
    if (validate === undefined) this.validators.set(id, validate = this.all.getSchema(id)!);
    return validate;
  }

  private idOf(name: string): string {
    return `${this.schema['$id'] as string}#/$defs/${name}`;
  }

  private unionFaults(error: ErrorObject, root: unknown, pointer: string): readonly ShapeFault[] {
    const union = error.parentSchema as JsonSchema, value: unknown = error.data, branches = this.branches(union);
    const fitting = branches.filter((branch) => admits(branch.schema, value));
    if (fitting.length === 0) {
      return [severe(`bad-${union.title!}`, pathOfPointer(root, pointer), `is no ${union.title!}`, value, oneOf(branches.map(nameOf)))];
    }
    if (!isObject(value) || fitting.length === 1) return this.run(fitting[0]!.id, value, root, pointer);
    const kinds = [...new Set(fitting.flatMap((branch) => kindOf(branch.schema) ?? []))];
    const tag = tagOf(fitting[0]!.schema) ?? 'kind';
    if (kinds.length > 0 && !kinds.includes(value[tag] as string)) return [wrongKind(value, tag, kinds, pathOfPointer(root, pointer))];
    const winners = bestBranches(kinds.length > 0 ? fitting.filter((branch) => kindOf(branch.schema) === value[tag]) : fitting, value);
    return winners.length === 1 ? this.run(winners[0]!.id, value, root, pointer) : undecided(winners, value, pathOfPointer(root, pointer));
  }

  /** The branches of a union, those of unions within it in their place. */
  private branches(union: JsonSchema): readonly Branch[] {
    return union.anyOf!.flatMap(({ $ref }) => {
      const name = nameIn($ref), schema = this.schema.$defs![name]!;
      return schema.anyOf === undefined ? [{ id: this.idOf(name), name, schema }] : this.branches(schema);
    });
  }
}

interface Branch { readonly id: string; readonly name: string; readonly schema: JsonSchema }
type Plain = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);
const parentOf = (pointer: string) => pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')));
const oneOf = (names: readonly string[]) => `one of ${[...new Set(names)].join(', ')}`;
const quoted = (name: string) => JSON.stringify(name);

const nameIn = ($ref: string) => $ref.slice('#/$defs/'.length);
const itemsOf = (schema: JsonSchema, key: string) => nameIn((schema.properties![key]!['items'] as { $ref: string }).$ref);

/** The schema with the lists of the chain open to anything. */
function opened(schema: JsonSchema, chain: readonly string[]): JsonSchema {
  if (chain.length === 0) return schema;
  const $defs = { ...schema.$defs };
  let owner = schema;
  for (let level = 1; level < chain.length; level++) {
    const name = itemsOf(owner, chain[level - 1]!);
    owner = schema.$defs![name]!;
    $defs[name] = openList(owner, chain[level]!);
  }
  return { ...openList(schema, chain[0]!), $defs };
}

function openList(schema: JsonSchema, key: string): JsonSchema {
  return { ...schema, properties: { ...schema.properties, [key]: { ...schema.properties![key]!, items: true } } };
}

/** The outermost failed union that the place is, or is inside of. */
function outermostUnion(pointer: string, unions: ReadonlyMap<string, unknown>): string | undefined {
  if (unions.size === 0) return undefined;
  let found: string | undefined;
  for (let at = pointer; ; at = parentOf(at)) {
    if (unions.has(at)) found = at;
    if (at === '') return found;
  }
}

/** Keys that tell the forms of a union apart by a constant. */
const TAGS = ['kind', 'driver'] as const;
const tagOf = (schema: JsonSchema) => TAGS.find((tag) => schema.properties?.[tag]?.['const'] !== undefined);
const kindOf = (schema: JsonSchema) => { const tag = tagOf(schema); return tag === undefined ? undefined : schema.properties![tag]!['const'] as string; };

function admits(schema: JsonSchema, value: unknown): boolean {
  const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value, types = schema['type'];
  return Array.isArray(types) ? types.includes(type) : types === type;
}

/** Required keys that are there count most, other known keys decide between equals. */
function bestBranches(branches: readonly Branch[], value: Plain): readonly Branch[] {
  const keys = Object.keys(value);
  const scores = branches.map(({ schema: { required = [], properties = {} } }) =>
    required.filter((key) => keys.includes(key)).length * 100 + keys.filter((key) => Object.hasOwn(properties, key)).length);
  const best = Math.max(...scores);
  return branches.filter((_, i) => scores[i] === best);
}

/** How a branch looks to the person who writes it: `{"uniform"}`, or its title. */
function nameOf({ name, schema }: Branch): string {
  if (schema['type'] === 'object') return `{${quoted(kindOf(schema) ?? schema.required?.at(-1) ?? name)}: ...}`;
  return `a ${schema.title ?? String(schema['type'])}${schema.description === undefined ? '' : ` (${schema.description})`}`;
}

function undecided(winners: readonly Branch[], value: Plain, path: string): readonly ShapeFault[] {
  const known = [...new Set(winners.flatMap(({ schema }) => Object.keys(schema.properties ?? {})))];
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length > 0) return unknown.map((key) => ({ ...unknownKey(key, value, known, path), severe: true }));
  const missing = winners.flatMap(({ schema }) => (schema.required ?? []).filter((key) => !Object.hasOwn(value, key)).slice(0, 1));
  return [severe('missing-key', path, `names none of ${missing.map(quoted).join(', ')}`, value, `add ${oneOf(missing.map(quoted))}`)];
}

function wrongKind(value: Plain, tag: string, kinds: readonly string[], path: string): ShapeFault {
  if (!Object.hasOwn(value, tag)) return severe('missing-key', joinPath(path, tag), 'is missing', undefined, oneOf(kinds));
  return severe(`unknown-${tag}`, joinPath(path, tag), `is no known ${tag}`, value[tag], suggestion(String(value[tag]), kinds));
}

function unknownKey(key: string, object: Plain, known: readonly string[], path: string): Fault {
  return fault('unknown-key', joinPath(path, key), 'is not a known key', { value: object[key], hint: suggestion(key, known) });
}

function severe(code: string, path: string, message: string, value: unknown, hint?: string): ShapeFault {
  return { ...fault(code, path, message, { ...(value === undefined ? {} : { value }), ...(hint === undefined ? {} : { hint }) }), severe: true };
}

/** One error of Ajv outside unions. */
function shapeFault(error: ErrorObject, root: unknown, pointer: string): ShapeFault {
  const { keyword, params, parentSchema, data } = error, path = pathOfPointer(root, pointer), schema = parentSchema as JsonSchema;
  if (keyword === 'additionalProperties') {
    return { ...unknownKey(params['additionalProperty'] as string, data as Plain, Object.keys(schema.properties ?? {}), path), severe: false };
  }
  if (keyword === 'required') return missingKey(params['missingProperty'] as string, data as Plain, schema, path);
  const [code, message, hint] = describe(error, schema);
  return { ...fault(code, path, message, { value: data, ...(hint === undefined ? {} : { hint }) }), severe: !MILD_KEYWORDS.has(keyword) };
}

function missingKey(key: string, object: Plain, schema: JsonSchema, path: string): ShapeFault {
  // A misspelt required key is missing too: say so where it is missed.
  const strangers = Object.keys(object).filter((name) => !Object.hasOwn(schema.properties ?? {}, name)), near = nearestName(key, strangers);
  const description = schema.properties?.[key]?.description;
  return severe('missing-key', joinPath(path, key), 'is missing', undefined, near === undefined ? description : `it is written ${quoted(near)}`);
}

function describe({ keyword, params }: ErrorObject, schema: JsonSchema): readonly [code: string, message: string, hint?: string | undefined] {
  const { title, description } = schema;
  if (title !== undefined && (keyword === 'type' || MILD_KEYWORDS.has(keyword))) return [`bad-${title}`, `is no ${title.replace('-', ' ')}`, expected(schema)];
  switch (keyword) {
    case 'type': return ['bad-type', `is not ${article(String(params['type']))}`, description];
    case 'const': return ['bad-choice', 'is not allowed here', `it is ${quoted(params['allowedValue'] as string)}`];
    case 'enum': return ['bad-choice', 'is not a choice', oneOf((params['allowedValues'] as readonly unknown[]).map((v) => JSON.stringify(v)))];
    case 'minimum': case 'maximum': case 'exclusiveMinimum':
      return ['out-of-range', `is not ${String(params['comparison'])} ${String(params['limit'])}`, description];
    case 'minItems': return [params['limit'] === 1 ? 'empty-list' : 'bad-length', `has fewer than ${String(params['limit'])} entries`, description];
    case 'maxItems': case 'items': return ['bad-length', `has more than ${String(params['limit'])} entries`, description];
    case 'minLength': return ['empty-text', 'is empty', description];
    default: return ['bad-value', 'is not allowed here', description];
  }
}

function expected({ description, type, minimum, maximum }: JsonSchema): string {
  return description ?? `a ${String(type)}${minimum === undefined ? '' : ` from ${String(minimum)} to ${String(maximum)}`}`;
}

const article = (noun: string) => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
