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
}

export type Values<N extends string = string> = { readonly [K in N]: number };

/** Values to start from, with the published results that they must give, by step. */
export interface Preset<N extends string = string> {
  label: string;
  values: Values<N>;
  published: { readonly [step: string]: number };
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

/** The promise against the published values: relative 1e-12 (MODEL.md section 14). */
export const equalsPublished = (computed: number | null, published: number): boolean =>
  computed !== null && Math.abs(computed - published) <= 1e-12 * Math.max(1, Math.abs(published));

/** The preset whose values are all as they stand. */
export const presetOf = (section: LiveSection, values: Values): Preset | null =>
  section.presets.find((preset) => section.inputs.every(({ name }) =>
    Object.is(preset.values[name], values[name]))) ?? null;
