// Units as people write them in files, and as the engine keeps them: integer milliseconds, integer micro-dollars,
// MiB, milli-cores. Parsing is strict and throws a plain Error with a short phrase; callers add code and path.

const DURATION_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `"90s"`, `"1h30m"`, `"250ms"` or a number of seconds, as integer milliseconds (rounded to nearest). Never negative. */
export function parseDuration(value: string | number): number {
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || value < 0) throw new Error('a duration is a finite number of seconds, zero or more');
    return Math.round(value * 1000);
  }
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  if (!/^(\d+(\.\d+)?(ms|min|s|m|h|d|w))+$/.test(text)) throw new Error('a duration is written like "90s", "15m", "1h30m", "2d", or as a number of seconds');
  let total = 0;
  for (const [, amount, , unit] of text.matchAll(/(\d+(\.\d+)?)(ms|min|s|m|h|d|w)/g)) total += Number(amount) * DURATION_MS[unit!]!;
  return Math.round(total);
}

const BYTES: Readonly<Record<string, number>> = { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 };

/** `"500MB"`, `"2GiB"` or a number of bytes, as integer bytes. */
export function parseBytes(value: string | number): number {
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || value < 0) throw new Error('a data size is a finite number of bytes, zero or more');
    return Math.round(value);
  }
  const match = /^(\d+(?:\.\d+)?)\s*(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$/.exec(value.trim());
  if (match === null) throw new Error('a data size is written like "500MB", "16GiB", or as a number of bytes');
  return Math.round(Number(match[1]) * BYTES[match[2]!]!);
}

/**
 * `"16GB"`, `"512MiB"` or a number of MiB, as integer MiB, rounded up. As in everyday talk about machines, `GB` and `MB`
 * of memory mean 1024 MiB and 1 MiB: a "40 GB" workstation holds ten "4 GB" tasks.
 */
export function parseMemory(value: string | number): number {
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || value < 0) throw new Error('memory is a finite number of MiB, zero or more');
    return Math.ceil(value);
  }
  const match = /^(\d+(?:\.\d+)?)\s*(MB|MiB|GB|GiB|TB|TiB)$/.exec(value.trim());
  if (match === null) throw new Error('memory is written like "16GB", "512MiB", or as a number of MiB');
  const unit = match[2]![0]!;
  return Math.ceil(Number(match[1]) * (unit === 'M' ? 1 : unit === 'G' ? 1024 : 1024 * 1024));
}

/** `"1Gbps"`, `"100Mbps"`, `"125MB/s"` or a number of bytes a second, as bytes per second. */
export function parseBandwidth(value: string | number): number {
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || value <= 0) throw new Error('a bandwidth is a positive number of bytes a second');
    return value;
  }
  const bits = /^(\d+(?:\.\d+)?)\s*([kMGT])bps$/.exec(value.trim());
  if (bits !== null) return Number(bits[1]) * { k: 1e3, M: 1e6, G: 1e9, T: 1e12 }[bits[2] as 'k']! / 8;
  const bytes = /^(\d+(?:\.\d+)?)\s*(B|kB|MB|GB|KiB|MiB|GiB)\/s$/.exec(value.trim());
  if (bytes === null) throw new Error('a bandwidth is written like "1Gbps", "125MB/s", or as a number of bytes a second');
  return Number(bytes[1]) * BYTES[bytes[2]!]!;
}

/** Whole milliseconds as a duration of a file, exactly: `"1h30m"`, `"1m5s250ms"`. */
export function durationInFile(ms: number): string {
  const whole = Math.round(ms), parts = [[Math.floor(whole / 3_600_000), 'h'], [Math.floor(whole / 60_000) % 60, 'm'], [Math.floor(whole / 1000) % 60, 's'], [whole % 1000, 'ms']] as const;
  return parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount}${unit}`).join('') || '0s';
}

/** Dollars as integer micro-dollars (rounded to nearest). Never negative. */
export function parseDollars(value: number): number {
  if (!Number.isFinite(value) || value < 0) throw new Error('an amount is a finite number of dollars, zero or more');
  return Math.round(value * 1e6);
}

/** Milliseconds for people: `"4d 3h"`, `"2h 05m"`, `"3m 20s"`, `"1.25s"`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  const sign = ms < 0 ? '-' : '', t = Math.abs(ms);
  if (t < 60_000) return `${sign}${+(t / 1000).toFixed(t < 10_000 ? 2 : 1)}s`;
  const pad = (x: number) => String(x).padStart(2, '0');
  const s = Math.round(t / 1000), m = Math.round(t / 60_000), h = Math.round(t / 3_600_000);
  if (s < 3600) return `${sign}${Math.floor(s / 60)}m ${pad(s % 60)}s`;
  if (m < 24 * 60) return `${sign}${Math.floor(m / 60)}h ${pad(m % 60)}m`;
  return `${sign}${Math.floor(h / 24)}d ${pad(h % 24)}h`;
}

/** Micro-dollars for people: `"$12.34"`, and four decimals under a dollar. */
export function formatDollars(micro: number): string {
  const dollars = micro / 1e6;
  return `${dollars < 0 ? '-' : ''}$${Math.abs(dollars).toFixed(Math.abs(dollars) < 1 && micro !== 0 ? 4 : 2)}`;
}

/** MiB for people: `"40 GB"`, `"512 MB"`. */
export function formatMemory(mib: number): string {
  return mib >= 1024 ? `${+(mib / 1024).toFixed(1)} GB` : `${mib} MB`;
}
