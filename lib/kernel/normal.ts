/*
 * The standard normal distribution in float64: Cody's rational approximations of erfc (1969) and
 * Wichura's AS 241 for the quantile (1988). Relative errors stay near 1e-15, in the tails too.
 */

type Coefficients = readonly number[];
type Nine = [number, number, number, number, number, number, number, number, number];

const A: Coefficients = [1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2,
  3.77485237685302021e2, 3.20937758913846947e3];
const B: Coefficients = [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3,
  2.84423683343917062e3];
const C: Coefficients = [2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594,
  6.61191906371416295e1, 2.98635138197400131e2, 8.8195222124176909e2, 1.71204761263407058e3,
  2.05107837782607147e3, 1.23033935479799725e3];
const D: Coefficients = [1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2,
  1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3,
  1.23033935480374942e3];
const P: Coefficients = [1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1,
  1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4];
const Q: Coefficients = [1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1,
  6.05183413124413191e-2, 2.33520497626869185e-3];

/** Horner's rule, the highest power first. */
function polynomial(x: number, coefficients: Coefficients): number {
  let sum = 0;
  for (let at = 0; at < coefficients.length; at += 1) sum = sum * x + (coefficients[at] as number);
  return sum;
}

const ratio = (x: number, above: Coefficients, below: Coefficients): number =>
  polynomial(x, above) / polynomial(x, below);

const SIXTEENTHS = 16;
/** `exp(-cut * cut / 2)` of every cut of `bell`. */
const BELL_AT_CUT = Float64Array.from({ length: 40 * SIXTEENTHS + 1 }, (_, at) => {
  const cut = at / SIXTEENTHS;
  return Math.exp(-cut * cut / 2);
});

/** `exp(-x * x / 2)`; x is cut so that its square is exact, which keeps the tails' digits. */
function bell(x: number): number {
  if (!(Math.abs(x) < 40)) return Number.isNaN(x) ? NaN : 0;
  const size = Math.abs(x);
  const at = Math.trunc(size * SIXTEENTHS);
  const cut = at / SIXTEENTHS;
  return (BELL_AT_CUT[at] as number) * Math.exp(-(size - cut) * (size + cut) / 2);
}

const INVERSE_ROOT_PI = 0.5641895835477563;

/**
 * Phi(x), the standard normal distribution function. -Infinity gives 0, Infinity 1, NaN NaN;
 * below -38.5 it is 0.
 */
export function normalCdf(x: number): number {
  const size = Math.abs(x) * Math.SQRT1_2;
  if (size <= 0.46875) return 0.5 + x * Math.SQRT1_2 * ratio(size * size, A, B) / 2;
  const tail = upperTail(Math.abs(x), size);
  return x < 0 ? tail : 1 - tail;
}

/** Values of Phi from -REACH to REACH in steps of 1 / STEPS; made when first asked for. */
let table: Float64Array | null = null;
const REACH = 8;
const STEPS = 128;
/** A chord of the table is off by (1 / STEPS)^2 / 8 times the steepest slope's 0.242, 1.85e-6. */
const CHORD_ERROR = 2e-6;

/** `u < normalCdf(x)`, from a table unless they are very near. */
export function isBelowNormalCdf(u: number, x: number): boolean {
  const known = table ??= new Float64Array(2 * REACH * STEPS + 2)
    .map((_, at) => normalCdf(at / STEPS - REACH));
  const place = (x + REACH) * STEPS;
  if (!(place >= 0 && place < 2 * REACH * STEPS)) return u < normalCdf(x);
  const at = Math.floor(place);
  const left = known[at] as number;
  const apart = u - (left + ((known[at + 1] as number) - left) * (place - at));
  return Math.abs(apart) > CHORD_ERROR ? apart < 0 : u < normalCdf(x);
}

const [C0, C1, C2, C3, C4, C5, C6, C7, C8] = C as Nine;
const [, D1, D2, D3, D4, D5, D6, D7, D8] = D as Nine;

/** `ratio(x, C, D)` to the bit, without the loops: most of what `normalCdf` takes. */
const middleRatio = (x: number): number =>
  ((((((((C0 * x + C1) * x + C2) * x + C3) * x + C4) * x + C5) * x + C6) * x + C7) * x + C8)
  / ((((((((x + D1) * x + D2) * x + D3) * x + D4) * x + D5) * x + D6) * x + D7) * x + D8);

/** `erfc(size) / 2` at `size = x / sqrt(2)`, for what is not near 0. */
function upperTail(x: number, size: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > 39) return 0;
  if (size <= 4) return bell(x) * middleRatio(size) / 2;
  const inverse = 1 / (size * size);
  const series = inverse * ratio(inverse, P, Q);
  return bell(x) * (INVERSE_ROOT_PI - series) / size / 2;
}

const MIDDLE: [Coefficients, Coefficients] = [
  [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
    13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608],
  [5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
    5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1]];
const NEAR_TAIL: [Coefficients, Coefficients] = [
  [7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
    1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959,
    1.42343711074968357734],
  [1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966,
    0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494,
    2.05319162663775882187, 1]];
const FAR_TAIL: [Coefficients, Coefficients] = [
  [2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386,
    0.026532189526576123093, 0.29656057182650489123, 1.7848265399172913358,
    5.4637849111641143699, 6.6579046435011037772],
  [2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
    7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531,
    0.59983220655588793769, 1]];

/** Phi^-1(p): 0 gives -Infinity, 1 Infinity; NaN outside [0, 1]. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  const offset = p - 0.5;
  if (Math.abs(offset) <= 0.425) return offset * ratio(0.180625 - offset * offset, ...MIDDLE);
  const tail = offset < 0 ? p : 1 - p;
  const depth = Math.sqrt(-Math.log(tail));
  const size = depth <= 5 ? ratio(depth - 1.6, ...NEAR_TAIL) : farQuantile(tail, depth);
  return offset < 0 ? -size : size;
}

/** Beyond 1e-11 the approximation alone is good to 1e-12: one step of Newton's mends that. */
function farQuantile(tail: number, depth: number): number {
  const size = ratio(depth - 5, ...FAR_TAIL);
  return size + (normalCdf(-size) / tail - 1) * tail / normalDensity(size);
}

/** phi(x), the standard normal density. */
export const normalDensity = (x: number): number =>
  bell(x) * 0.3989422804014327;

/** Nodes and weights of the 16-point Gauss-Legendre rule on [-1, 1], the half above 0. */
const NODES: Coefficients = [0.0950125098376374402, 0.281603550779258913, 0.458016777657227386,
  0.617876244402643748, 0.755404408355003034, 0.865631202387831744, 0.944575023073232576,
  0.989400934991649933];
const WEIGHTS: Coefficients = [0.189450610455068496, 0.182603415044923589, 0.169156519395002538,
  0.149595988816576732, 0.124628971255533872, 0.0951585116824927848, 0.0622535239386478929,
  0.0271524594117540949];

/** The integral of a smooth function over one panel, by 16 points. */
export function integrate(f: (x: number) => number, from: number, to: number): number {
  const middle = (from + to) / 2;
  const half = (to - from) / 2;
  let sum = 0;
  for (let at = 0; at < NODES.length; at += 1) {
    const step = half * (NODES[at] as number);
    sum += (WEIGHTS[at] as number) * (f(middle - step) + f(middle + step));
  }
  return sum * half;
}

const HALVINGS = 24;

/**
 * P(X <= h, Y <= k) of two standard normal variables with correlation `r` in [0, 1]:
 * `Phi(h) Phi(k) + 1/(2 pi) * integral of exp(-(h^2 + k^2 - 2 h k sin t) / (2 cos^2 t))` for t
 * from 0 to asin r. Panels halve towards the end, where the integrand turns steep as r nears 1.
 */
export function bivariateCdf(h: number, k: number, r: number): number {
  if (h === -Infinity || k === -Infinity) return 0;
  if (h === Infinity) return normalCdf(k);
  if (k === Infinity) return normalCdf(h);
  if (r >= 1) return normalCdf(Math.min(h, k));
  const density = (angle: number): number => {
    const sine = Math.sin(angle);
    const gap = h - k;
    return Math.exp(-(gap * gap / (1 - sine) + 2 * h * k) / (2 * (1 + sine)));
  };
  const end = Math.asin(r);
  // The integrand's width at the end is about the distance from the end to a right angle.
  const halvings = Math.min(HALVINGS, Math.max(2, Math.ceil(-Math.log2(1 - r)) + 2));
  let sum = 0;
  let from = 0;
  for (let panel = 1; panel <= halvings; panel += 1) {
    const to = panel === halvings ? end : end * (1 - 2 ** -panel);
    sum += integrate(density, from, to);
    from = to;
  }
  return normalCdf(h) * normalCdf(k) + sum / (2 * Math.PI);
}
