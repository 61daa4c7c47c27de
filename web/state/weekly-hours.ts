// Weekly working hours as one line: `MO-FR 09:00-12:30, 13:15-17:45; SA 10:00-14:00`. Times are local to the calendar's zone.

/** As in a scenario's `weekly` calendar. */
export interface WeeklyRule {
  readonly days: readonly string[];
  readonly from: string;
  readonly to: string;
}

const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

/** Rules of the same days share them. */
export function hoursText(rules: readonly WeeklyRule[]): string {
  const byDays = new Map<string, string[]>();
  for (const { days, from, to } of rules) {
    const key = daysText(days);
    byDays.set(key, [...byDays.get(key) ?? [], `${from}-${to}`]);
  }
  return [...byDays].map(([days, times]) => `${days} ${times.join(', ')}`).join('; ');
}

/** The rules of a line, or undefined when it is none. */
export function readHours(text: string): WeeklyRule[] | undefined {
  const rules: WeeklyRule[] = [];
  for (const part of text.split(';').map((one) => one.trim()).filter((one) => one !== '')) {
    const match = /^([A-Za-z ,-]+?)\s+(\d.*)$/.exec(part), days = match === null ? undefined : readDays(match[1]!);
    if (days === undefined) return undefined;
    for (const time of match![2]!.split(',')) {
      const span = /^\s*(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})\s*$/.exec(time);
      if (span === null) return undefined;
      rules.push({ days, from: span[1]!.padStart(5, '0'), to: span[2]!.padStart(5, '0') });
    }
  }
  return rules.length === 0 ? undefined : rules;
}

function daysText(days: readonly string[]): string {
  const numbers = days.map((day) => DAYS.indexOf(day as (typeof DAYS)[number])), inRow = numbers.length > 2 && numbers.every((n, k) => n >= 0 && (k === 0 || n === numbers[k - 1]! + 1));
  return inRow ? `${days[0]}-${days.at(-1)}` : days.join(',');
}

function readDays(text: string): string[] | undefined {
  const days: string[] = [];
  for (const part of text.toUpperCase().split(/[\s,]+/).filter((one) => one !== '')) {
    const [first, last = first] = part.split('-').map((day) => DAYS.findIndex((known) => day.startsWith(known)));
    if (first === undefined || first < 0 || last! < first) return undefined;
    days.push(...DAYS.slice(first, last! + 1));
  }
  return days.length === 0 ? undefined : [...new Set(days)];
}
