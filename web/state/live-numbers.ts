// Answers of the daemon as numbers: JSON has none for NaN, and the bands of nothing come as text.

/** The answer with NaN where it says "NaN". */
export function withNumbers<T>(answer: T): T {
  return JSON.parse(JSON.stringify(answer), (_, value: unknown) => (value === 'NaN' ? NaN : value)) as T;
}
