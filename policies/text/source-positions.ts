// From where an error arose in translated code to where that stands in the user's text: the frames of the stack that lie in
// the code, through its source map. Stack traces are text of the engine's own making; a frame that cannot be read is no
// frame, and then the caller names a place that is near.
import type { PolicyProgram, SourcePlace } from './program.ts';

/** Lines before the code: `function anonymous(names` and `) {` by the standard, then `"use strict";`. */
const LINES_BEFORE = 3;

/** The name under which the code of a program goes in stack traces. */
export const codeName = ({ hash }: PolicyProgram): string => `policy-${hash}.js`;

/** Where in the text the error arose: at the innermost frame that is of this program. */
export function placeOfError(program: PolicyProgram, stack: string | undefined): SourcePlace | undefined {
  const found = new RegExp(`${codeName(program)}:(\\d+):(\\d+)`).exec(stack ?? '');
  return found === null ? undefined : originalPlace(program, Number(found[1]) - LINES_BEFORE, Number(found[2]));
}

/** The place in the text of a place in the code, both from 1: of the last mapped token at or before it. */
function originalPlace({ mappings }: PolicyProgram, line: number, column: number): SourcePlace | undefined {
  let place: SourcePlace | undefined, sourceLine = 0, sourceColumn = 0;
  for (const [n, segments] of mappings.split(';').entries()) {
    if (n >= line) break;
    let codeColumn = 0;
    for (const segment of segments === '' ? [] : segments.split(',')) {
      const [codeStep = 0, , lineStep = 0, columnStep = 0] = decodeVlq(segment);
      codeColumn += codeStep; sourceLine += lineStep; sourceColumn += columnStep;
      if (n < line - 1 || codeColumn < column) place = [sourceLine + 1, sourceColumn + 1];
    }
  }
  return place;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Variable-length quantities in base 64 (source map format 3): six bits a digit, the lowest first, the sign in the lowest bit. */
function decodeVlq(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0, shift = 0;
  for (const digit of segment) {
    const bits = BASE64.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if ((bits & 32) !== 0) continue;
    numbers.push((value & 1) === 1 ? -(value >> 1) : value >> 1);
    value = shift = 0;
  }
  return numbers;
}
