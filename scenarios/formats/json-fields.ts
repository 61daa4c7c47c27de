// Takes a parsed JSON document of somebody else's format apart, field by field. A field of the wrong type is a fault with
// its path and an empty value in its stead, so that one reading finds every fault.
import { fault, inputError } from '../../engine/model/errors.ts';
import type { Fault } from '../../engine/model/errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses JSON text. Throws `InputError` `truncated` or `bad-json`, with the line if the parser tells the position. */
export function parseJson(text: string): unknown {
  try { return JSON.parse(text) as unknown; }
  catch (cause) {
    const message = (cause as Error).message, position = /position (\d+)/.exec(message)?.[1];
    const path = position === undefined ? '' : `line ${text.slice(0, Number(position)).split('\n').length}`;
    const ended = /end of|unterminated/i.test(message) || Number(position ?? 0) >= text.trimEnd().length;
    throw inputError(ended ? 'truncated' : 'bad-json', path, ended ? 'the JSON text ends too early' : 'not JSON', { value: message });
  }
}

export class JsonFields {
  readonly faults: Fault[] = [];

  object(value: unknown, path: string): JsonObject {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
    return this.#wrong(path, 'an object', value, {});
  }

  list(value: unknown, path: string): readonly unknown[] {
    return Array.isArray(value) ? value as readonly unknown[] : this.#wrong(path, 'a list', value, []);
  }

  texts(value: unknown, path: string): readonly string[] {
    return this.list(value, path).map((item, i) => this.text(item, `${path}[${i}]`));
  }

  text(value: unknown, path: string): string {
    return typeof value === 'string' && value !== '' ? value : this.#wrong(path, 'a text', value, '');
  }

  /** A number from zero to `max`; absent and `null` are undefined. The default keeps bytes exact. */
  amount(value: unknown, path: string, max = 1e15): number | undefined {
    if (value === undefined || value === null) return undefined;
    return typeof value === 'number' && value >= 0 && value <= max ? value : this.#wrong(path, `a number from zero to ${max}`, value, undefined);
  }

  #wrong<T>(path: string, expected: string, value: unknown, instead: T): T {
    this.faults.push(value === undefined
      ? fault('missing', path, `expected ${expected}, found nothing`)
      : fault('bad-type', path, `expected ${expected}`, { value }));
    return instead;
  }
}
