// A policy's text after translation: plain data that can cross to a worker and be carried out there without a compiler.
// Invariant: it is a function of the text alone, so the same text is the same program, with the same hash, everywhere.
import { fault, InputError } from '../../engine/model/errors.ts';
import type { Fault } from '../../engine/model/errors.ts';
import { hashText128 } from '../../engine/model/hash.ts';

/** Line and column of the user's text, from 1. */
export type SourcePlace = readonly [line: number, column: number];

export interface PolicyProgram {
  /** As the user calls the file; errors point into it. */
  readonly fileName: string;
  /** As it was read, with line ends `\n`. */
  readonly text: string;
  /** `textHash(text)`. */
  readonly hash: string;
  /** Body of a function of `PARAMETERS` (see `run-program.ts`) that fills its exports. */
  readonly code: string;
  /** Where `code` comes from: the `mappings` of a source map, version 3. */
  readonly mappings: string;
  /** Loops and functions by the number with which `code` names them. */
  readonly loops: readonly LoopPlace[];
  /** Each export, each property of one that is written as an object, and the first members called `order` and `decide`: `fifo`, `fifo.summary`, `order`. */
  readonly places: Readonly<Record<string, SourcePlace>>;
}

export interface LoopPlace {
  readonly what: 'loop' | 'function';
  readonly place: SourcePlace;
}

/** The text as it is hashed, kept and carried out: one sort of line ends, no byte order mark. */
export function plainText(text: string): string {
  return text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
}

/** 32 hexadecimal digits; the first `NAMED_DIGITS` of them are part of the policy's name. */
export const textHash = (text: string): string => hashText128(plainText(text));

export const NAMED_DIGITS = 8;

/** `my-policy.ts:12:5` */
export const placeText = (fileName: string, [line, column]: SourcePlace): string => `${fileName}:${line}:${column}`;

/** A fault at a place of the text. */
export function faultAt(fileName: string, place: SourcePlace, code: string, message: string, extra: { value?: unknown; hint?: string } = {}): Fault {
  return fault(code, placeText(fileName, place), message, extra);
}

export function errorAt(fileName: string, place: SourcePlace, code: string, message: string, extra: { value?: unknown; hint?: string } = {}): InputError {
  return new InputError([faultAt(fileName, place, code, message, extra)]);
}
