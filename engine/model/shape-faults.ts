// The shape of a file checked against its JSON Schema (Ajv), with its errors turned into ours: a path as one writes it in
// code, a code to match on, a suggestion for a misspelt key. A failed union gives not one error per branch but the
// errors of the branch that was meant: the one whose type fits and whose tag or required keys are there.
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { fault, nearestName, type Fault } from './errors.ts';
import { joinPath, pathOfPointer } from './fault-path.ts';
import type { JsonSchema } from './schema.ts';

/** Faults in what a value means, not in its build: what stands around it can still be checked. */
const MILD_KEYWORDS = new Set(['additionalProperties', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'pattern']);

export interface ShapeFault extends Fault {
  /** The entry it is in cannot be read further. */
  readonly severe: boolean;
}

/** A checker of one schema. Compiling takes tens of milliseconds, so it waits for the first use. */
export class ShapeChecker {
  private readonly schema: JsonSchema;
  private ajv: Ajv2020 | undefined;
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(schema: JsonSchema) {
    this.schema = schema;
  }

  /** All faults of shape, in the order of the schema. */
  check(value: unknown): readonly ShapeFault[] {
    return this.run(this.schema['$id'] as string, value, value, '');
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
    this.ajv ??= new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true, schemas: [this.schema] });
    let validate = this.validators.get(id);
    if (validate === undefined) this.validators.set(id, validate = this.ajv.getSchema(id)!);
    return validate;
  }

  private unionFaults(error: ErrorObject, root: unknown, pointer: string): readonly ShapeFault[] {
    const union = error.parentSchema as JsonSchema, value: unknown = error.data, branches = this.branches(union);
    const fitting = branches.filter((branch) => admits(branch.schema, value));
    if (fitting.length === 0) return [severe(`bad-${union.title!}`, pathOfPointer(root, pointer), `is no ${union.title!}`, value, oneOf(branches.map(nameOf)))];
    if (!isObject(value) || fitting.length === 1) return this.run(fitting[0]!.id, value, root, pointer);
    const kinds = [...new Set(fitting.flatMap((branch) => kindOf(branch.schema) ?? []))];
    if (kinds.length > 0 && !kinds.includes(value['kind'] as string)) return [wrongKind(value, kinds, pathOfPointer(root, pointer))];
    const winners = bestBranches(kinds.length > 0 ? fitting.filter((branch) => kindOf(branch.schema) === value['kind']) : fitting, value);
    return winners.length === 1 ? this.run(winners[0]!.id, value, root, pointer) : undecided(winners, value, pathOfPointer(root, pointer));
  }

  /** The branches of a union, those of unions within it in their place. */
  private branches(union: JsonSchema): readonly Branch[] {
    return union.anyOf!.flatMap(({ $ref }) => {
      const name = $ref.slice('#/$defs/'.length), schema = this.schema.$defs![name]!;
      return schema.anyOf === undefined ? [{ id: `${this.schema['$id'] as string}${$ref}`, name, schema }] : this.branches(schema);
    });
  }
}

interface Branch { readonly id: string; readonly name: string; readonly schema: JsonSchema }
type Plain = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);
const parentOf = (pointer: string) => pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')));
const oneOf = (names: readonly string[]) => `one of ${[...new Set(names)].join(', ')}`;
const quoted = (name: string) => JSON.stringify(name);

/** The outermost failed union that the place is, or is inside of. */
function outermostUnion(pointer: string, unions: ReadonlyMap<string, unknown>): string | undefined {
  if (unions.size === 0) return undefined;
  let found: string | undefined;
  for (let at = pointer; ; at = parentOf(at)) {
    if (unions.has(at)) found = at;
    if (at === '') return found;
  }
}

const kindOf = (schema: JsonSchema) => schema.properties?.['kind']?.['const'] as string | undefined;

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

function wrongKind(value: Plain, kinds: readonly string[], path: string): ShapeFault {
  if (!Object.hasOwn(value, 'kind')) return severe('missing-key', joinPath(path, 'kind'), 'is missing', undefined, oneOf(kinds));
  const near = nearestName(String(value['kind']), kinds);
  return severe('unknown-kind', joinPath(path, 'kind'), 'is no known kind', value['kind'], near === undefined ? oneOf(kinds) : `did you mean ${quoted(near)}?`);
}

function unknownKey(key: string, object: Plain, known: readonly string[], path: string): Fault {
  const near = nearestName(key, known), hint = near === undefined ? `known here: ${known.join(', ')}` : `did you mean ${quoted(near)}?`;
  return fault('unknown-key', joinPath(path, key), 'is not a known key', { value: object[key], hint });
}

function severe(code: string, path: string, message: string, value: unknown, hint?: string): ShapeFault {
  return { ...fault(code, path, message, { ...(value === undefined ? {} : { value }), ...(hint === undefined ? {} : { hint }) }), severe: true };
}

/** One error of Ajv outside unions. */
function shapeFault(error: ErrorObject, root: unknown, pointer: string): ShapeFault {
  const { keyword, params, parentSchema, data } = error, path = pathOfPointer(root, pointer), schema = parentSchema as JsonSchema;
  if (keyword === 'additionalProperties') return { ...unknownKey(params['additionalProperty'] as string, data as Plain, Object.keys(schema.properties ?? {}), path), severe: false };
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
  if (title !== undefined && (keyword === 'type' || keyword === 'pattern' || MILD_KEYWORDS.has(keyword))) return [`bad-${title}`, `is no ${title.replace('-', ' ')}`, expected(schema)];
  switch (keyword) {
    case 'type': return ['bad-type', `is not ${article(String(params['type']))}`, description];
    case 'const': return ['bad-choice', 'is not allowed here', `it is ${quoted(params['allowedValue'] as string)}`];
    case 'enum': return ['bad-choice', 'is not a choice', oneOf((params['allowedValues'] as readonly unknown[]).map((v) => JSON.stringify(v)))];
    case 'minimum': case 'maximum': case 'exclusiveMinimum': return ['out-of-range', `is not ${String(params['comparison'])} ${String(params['limit'])}`, description];
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
