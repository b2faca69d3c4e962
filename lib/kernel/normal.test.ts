import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bivariateCdf, integrate, isBelowNormalCdf, normalCdf, normalDensity, normalQuantile,
} from "./normal";

/** Values by 40-digit arithmetic. */
const CDF: [number, number][] = [[-38, 2.8854283500639e-316], [-30, 4.9067139271481872e-198],
  [-10, 7.6198530241605261e-24], [-6, 9.8658764503769814e-10], [-5.6, 1.071759025831093e-08],
  [-3, 1.3498980316300945e-3], [-1, 0.15865525393145705], [-0.66, 0.25462691467133614],
  [-0.1, 0.46017216272297102], [0, 0.5], [0.65, 0.74215388919413527], [1, 0.84134474606854295],
  [3, 0.99865010196836991]];
const QUANTILES: [number, number][] = [[1e-300, -37.0470962993612], [1e-20, -9.262340089798408],
  [1e-10, -6.3613409024040557], [1e-5, -4.2648907939228247], [0.02, -2.0537489106318225],
  [0.075, -1.4395314709384572], [0.3, -0.52440051270804082], [0.5, 0], [0.9, 1.2815515655446004],
  [0.999, 3.0902323061678132]];

const closeTo = (found: number, wanted: number, relative: number): void =>
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(relative * Math.abs(wanted));

describe("the standard normal distribution", () => {
  it.each(CDF)("is right at %d", (x, wanted) => closeTo(normalCdf(x), wanted, x < -37 ? 1e-8 : 1e-15));
  it.each(QUANTILES)("has the quantile of %d", (p, wanted) =>
    closeTo(normalQuantile(p), wanted, 5e-15));

  it("goes there and back", () => {
    for (let x = -36; x <= 5; x += 0.173) closeTo(normalQuantile(normalCdf(x)), x, 1e-9);
    for (let p = 1e-6; p < 1; p += 0.00137) closeTo(normalCdf(normalQuantile(p)), p, 4e-15);
  });

  it("knows its ends", () => {
    expect([normalCdf(-Infinity), normalCdf(Infinity), normalCdf(NaN)]).toStrictEqual([0, 1, NaN]);
    expect([normalQuantile(0), normalQuantile(1)]).toStrictEqual([-Infinity, Infinity]);
    expect([normalQuantile(-0.1), normalQuantile(1.1), normalQuantile(NaN)])
      .toStrictEqual([NaN, NaN, NaN]);
  });

  it("gives the check value of a granular portfolio: PD 2 %, rho 0.20, 99.9 %", () => {
    const worst = (normalQuantile(0.02) + Math.sqrt(0.2) * normalQuantile(0.999)) / Math.sqrt(0.8);
    expect(normalCdf(worst)).toBeCloseTo(0.22631, 5);
  });
});

describe("two correlated normal variables", () => {
  it.each([[-2.05, -2.05, 0.2, 0.00111728039837176], [-2.05, -3.09, 0.447, 0.00027292886854085952],
    [-2.05, -3.09, 0.99, 0.00100078247661398], [-2.05, -2.0537, 0.999, 0.01922234159236854],
    [1.2, 0.4, 0.6, 0.62859192875399951]])("are right at %d, %d, %d", (h, k, r, wanted) =>
    closeTo(bivariateCdf(h, k, r), wanted, 1e-13));

  it("are independent at 0 and one at 1", () => {
    closeTo(bivariateCdf(-1, 0.3, 0), normalCdf(-1) * normalCdf(0.3), 1e-15);
    expect(bivariateCdf(-1, 0.3, 1)).toBe(normalCdf(-1));
    expect(bivariateCdf(-Infinity, 0.3, 0.5)).toBe(0);
    expect(bivariateCdf(Infinity, 0.3, 0.5)).toBe(normalCdf(0.3));
    // Nearly one: the gap closes with the square root of what is missing.
    expect(normalCdf(-1) - bivariateCdf(-1, -1, 1 - 1e-12)).toBeLessThan(1e-6);
  });
});

it("is compared by a table as by itself, far from it and next to it", () => {
  const off = fc.constantFrom(0, 1e-16, 1e-9, 1.9e-6, 2.1e-6, 1e-3, 0.3);
  const x = fc.oneof(fc.double({ min: -9, max: 9, noNaN: true }),
    fc.integer({ min: -1152, max: 1152 }).map((step) => (step + 0.5) / 128),
    fc.constantFrom(-Infinity, Infinity, -40, 40, -8, 8));
  fc.assert(fc.property(x, off, fc.constantFrom(-1, 1), (at, by, sign) => {
    const u = normalCdf(at) + sign * by;
    expect(isBelowNormalCdf(u, at)).toBe(u < normalCdf(at));
  }), { numRuns: 2000 });
});

it("integrates a bell over panels", () => {
  let sum = 0;
  for (let from = -9; from < 9; from += 1) sum += integrate(normalDensity, from, from + 1);
  expect(sum).toBeCloseTo(1, 14);
});
