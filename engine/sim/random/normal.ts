// The standard normal distribution's quantiles and upper tail from + - * / sqrt and the engine's own exp and ln, so that
// they give the same bits everywhere.
import { exp, ln } from '../../model/exact-math.ts';

/**
 * z with P(Z < z) = p, for p in (0, 1); relative error about 1e-16. -Infinity at 0, Infinity at 1.
 * M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37 (1988), PPND16.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return q * (((((((r * 2509.0809287301226727 + 33430.575583588128105) * r + 67265.770927008700853) * r + 45921.953931549871457) * r
      + 13731.693765509461125) * r + 1971.5909503065514427) * r + 133.14166789178437745) * r + 3.387132872796366608)
      / (((((((r * 5226.495278852854561 + 28729.085735721942674) * r + 39307.89580009271061) * r + 21213.794301586595867) * r
      + 5394.1960214247511077) * r + 687.1870074920579083) * r + 42.313330701600911252) * r + 1);
  }
  const tail = q < 0 ? p : 1 - p;
  if (tail <= 0) return q < 0 ? -Infinity : Infinity;
  const r = Math.sqrt(-ln(tail)), z = r <= 5 ? middleTail(r - 1.6) : farTail(r - 5);
  return q < 0 ? -z : z;
}

function middleTail(r: number): number {
  return (((((((r * 7.7454501427834140764e-4 + 0.0227238449892691845833) * r + 0.24178072517745061177) * r + 1.27045825245236838258) * r
    + 3.64784832476320460504) * r + 5.7694972214606914055) * r + 4.6303378461565452959) * r + 1.42343711074968357734)
    / (((((((r * 1.05075007164441684324e-9 + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r + 0.14810397642748007459) * r
    + 0.68976733498510000455) * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1);
}

function farTail(r: number): number {
  return (((((((r * 2.01033439929228813265e-7 + 2.71155556874348757815e-5) * r + 1.2426609473880784386e-3) * r + 0.026532189526576123093) * r
    + 0.29656057182850489123) * r + 1.7848265399172913358) * r + 5.4637849111641143699) * r + 6.6579046435011037772)
    / (((((((r * 2.04426310338993978564e-15 + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r
    + 0.0148753612908506148525) * r + 0.13692988092273580531) * r + 0.59983220655588793769) * r + 1);
}

/**
 * P(Z > z); absolute error below 1e-15, relative error below 1e-8 up to z = 37, beyond which it is 0.
 * J. F. Hart et al., "Computer Approximations" (1968), function 5666, in the arrangement of G. West, "Better
 * approximations to cumulative normal functions", Wilmott Magazine (2005).
 */
export function normalUpperTail(z: number): number {
  const x = Math.abs(z);
  if (x > 37) return z > 0 ? 0 : 1;
  const density = exp(-x * x / 2);
  const tail = x < 7.07106781186547
    ? density * ((((((0.0352624965998911 * x + 0.700383064443688) * x + 6.37396220353165) * x + 33.912866078383) * x + 112.079291497871) * x
      + 221.213596169931) * x + 220.206867912376)
      / (((((((0.0883883476483184 * x + 1.75566716318264) * x + 16.064177579207) * x + 86.7807322029461) * x + 296.564248779674) * x
      + 637.333633378831) * x + 793.826512519948) * x + 440.413735824752)
    : density / ((x + 1 / (x + 2 / (x + 3 / (x + 4 / (x + 0.65))))) * 2.506628274631);
  return z > 0 ? tail : 1 - tail;
}
