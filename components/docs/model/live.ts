/** A number that the reader may change. */
export interface LiveInput<N extends string = string> {
  name: N;
  label: string;
  unit?: string;
  min?: number;
  max?: number;
  step?: number;
  /** Bounds are spoken of as falling and rising. */
  shock?: boolean;
  /** What the numbers 0, 1, ... stand for, where it is no amount. */
  choices?: readonly string[];
}

export type Values<N extends string = string> = { readonly [K in N]: number };

/** Values to start from, with the published results that they must give, by step. */
export interface Preset<N extends string = string> {
  label: string;
  values: Values<N>;
  published: { readonly [step: string]: number };
  /** Of published figures that are rounded. */
  decimals?: { readonly [step: string]: number };
}

/** One figure: the formula, the same with its values, and what the calculation library gives. */
export interface LiveStep {
  name: string;
  formula: string;
  filled: string;
  /** Null where there is no figure; `filled` says why. */
  value: number | null;
  show: (value: number) => string;
}

/** A part of the model with numbers to try; every figure comes from `lib/risk`. */
export interface LiveSection {
  /** Anchor that other pages link to. */
  id: string;
  title: string;
  sub: string;
  /** Section of the model, and the functions that compute it. */
  section: number;
  functions: readonly string[];
  inputs: readonly LiveInput[];
  /** The first one is what the page begins with. */
  presets: readonly Preset[];
  limits: readonly string[];
  /** The steps, or in words why there are none. */
  compute: (values: Values) => readonly LiveStep[] | string;
}

/** Ties the names of inputs, presets and values of a section together. */
export function liveSection<const N extends string>(
  section: Omit<LiveSection, "inputs" | "presets" | "compute"> & {
    inputs: readonly LiveInput<N>[];
    presets: readonly [Preset<NoInfer<N>>, ...Preset<NoInfer<N>>[]];
    compute: (values: Values<NoInfer<N>>) => readonly LiveStep[] | string;
  },
): LiveSection {
  return section as unknown as LiveSection;
}

/**
 * Whether a step gives what is published of it: to relative 1e-12 (MODEL.md section 14), or to
 * the digits that are published.
 */
export function equalsPublished(preset: Preset, step: Pick<LiveStep, "name" | "value">): boolean {
  const published = preset.published[step.name] ?? NaN;
  const decimals = preset.decimals?.[step.name];
  if (step.value === null) return false;
  return decimals === undefined
    ? Math.abs(step.value - published) <= 1e-12 * Math.max(1, Math.abs(published))
    : Number(step.value.toFixed(decimals)) === published;
}

/** The published figures that a section does not give, by name. */
export const missedOf = (preset: Preset, steps: readonly LiveStep[]): string[] =>
  Object.keys(preset.published).filter((name) => !steps.some((step) =>
    step.name === name && equalsPublished(preset, step)));

/** The preset whose values are all as they stand. */
export const presetOf = (section: LiveSection, values: Values): Preset | null =>
  section.presets.find((preset) => section.inputs.every(({ name }) =>
    Object.is(preset.values[name], values[name]))) ?? null;
