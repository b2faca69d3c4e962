import { canonicalJson, type Json } from "../kernel/canonical";
import { seededRandom } from "../kernel/random";
import type { NormalizedRecord } from "../kernel/record";
import { attributeLoss, DRIVERS } from "./attribution";
import { netRecords, type EngineFormulas } from "./engines";
import { findingsOf } from "./findings";
import { GOLDEN_CASES, goldenOutputs, type GoldenCase, type GoldenFile } from "./golden";
import { canonicalParameters } from "./parameters";
import { reverseStress } from "./reverse";
import { DEFAULT_SCENARIOS, lossUnder, type Netted } from "./stress";
import { NETTINGS, type Netting, type Scenario } from "./types";

/** One thing that a version of the engine must do, and what it did just now. */
export type ModelCheck = {
  id: string;
  kind: "check_value" | "property" | "golden";
  /** Section of the model. */
  section: number;
  title: string;
  expected: string;
  computed: string;
  ok: boolean;
};

/** Relative difference within which a figure equals its check value (section 14). */
const EQUAL = 1e-12;

/**
 * Recomputes the model's check values, golden outputs and properties with one version's formulas.
 * Deterministic: the properties are tried on portfolios of a fixed seed.
 */
export function validateEngine(engine: EngineFormulas, golden: GoldenFile): ModelCheck[] {
  return [...checkValues(engine), ...goldenChecks(engine, golden), ...propertyChecks(engine)];
}

type Figure = readonly [name: string, section: number, expected: number, computed: number];

const numberCheck = ([name, section, expected, computed]: Figure, index: number): ModelCheck => ({
  id: `check_value_${index + 1}`, kind: "check_value", section, title: name,
  expected: String(expected), computed: String(computed),
  ok: Math.abs(computed - expected) <= EQUAL * Math.max(1, Math.abs(expected)),
});

function netted(engine: EngineFormulas, netting: Netting, id: string): Netted {
  const records = GOLDEN_CASES.find((one) => one.id === id)?.records ?? [];
  const net = netRecords(engine, netting, records);
  if (!net.ok) throw new Error(`${id} is refused: ${net.error.code}`);
  return net.value;
}

/** Section 2's table: rate, interest, C', R', B, N', L, score. */
const PUBLISHED: readonly (readonly number[])[] = [
  [7.5, 75_000, 712_500, 137_750, 20_000, 169_750, 64_750, 0.06475],
  [5.5, 55_000, 562_500, 123_250, 50_000, 364_250, 259_250, 0.25925],
  [6, 60_000, 675_000, 94_250, 80_000, 310_750, 205_750, 0.20575],
];
const STRESS_FIGURES = [
  "interest_rate_pct", "interest_payment", "collateral_value", "distressed_asset_recovery",
  "default_risk_buffer", "net_exposure_after_recovery", "loss_estimate", "impact_score",
] as const;

function checkValues(engine: EngineFormulas): ModelCheck[] {
  const example = netted(engine, "portfolio", "model_example");
  const hidden = netted(engine, "portfolio", "surplus_hides");
  const shown = netted(engine, "instrument", "surplus_hides");
  const crash = DEFAULT_SCENARIOS[1] as Scenario;
  const reverse = (metric: "loss_estimate" | "coverage_ratio", value: number): number =>
    reverseStress(example, crash, { metric, value }).multiplier ?? Number.NaN;
  const parts = attributeLoss(example, crash).drivers;
  const parameters = canonicalParameters(undefined);
  const [judged] = parameters.ok ? findingsOf(example.exposure, [], parameters.value) : [];
  const figures: Figure[] = [
    ["Net exposure of the example", 1, 105_000, example.exposure.net_exposure_after_recovery],
    ["Recovery ratio of the example", 1, 0.4142857142857143,
      example.exposure.distressed_asset_recovery_ratio],
    ...DEFAULT_SCENARIOS.flatMap((scenario, row) => STRESS_FIGURES.map((figure, column): Figure =>
      [`${scenario.scenario_id}, ${figure}`, 2, PUBLISHED[row]?.[column] ?? Number.NaN,
        example.stress(scenario)[figure]])),
    ["Line of the net exposure", 3, 200_000, judged?.threshold ?? Number.NaN],
    ["Two loans, net exposure by portfolio", 4, 0, hidden.exposure.net_exposure_after_recovery],
    ["Two loans, net exposure by instrument", 4, 110,
      shown.exposure.net_exposure_after_recovery],
    ["Two loans, market_crash by instrument", 4, 33.5, shown.stress(crash).loss_estimate],
    ["market_crash, part of the collateral", 5, 187_500, parts.collateral],
    ["market_crash, part of the recovery", 5, 21_750, parts.recovery],
    ["market_crash, part of the default risk", 5, 50_000, parts.default],
    ["market_crash, multiplier for a loss of 518,500", 6, 2, reverse("loss_estimate", 518_500)],
    ["market_crash, multiplier for a coverage of 0.375", 6, 2, reverse("coverage_ratio", 0.375)],
  ];
  return figures.map(numberCheck);
}

function goldenChecks(engine: EngineFormulas, golden: GoldenFile): ModelCheck[] {
  return golden.cases.flatMap((one) => NETTINGS.map((netting): ModelCheck => {
    const outputs = goldenOutputs(engine, one as GoldenCase, netting);
    const kept = canonicalJson(one.outputs[netting]);
    const now = outputs.ok ? canonicalJson(outputs.value) : JSON.stringify(outputs.error);
    return { id: `golden_${one.id}_${netting}`, kind: "golden", section: netting === "portfolio" ? 2 : 4,
      title: `${one.title}, netting by ${netting}`, expected: `${kept.length} bytes, as kept`,
      computed: kept === now ? `${now.length} bytes, equal` : "other bytes", ok: kept === now };
  }));
}

const PORTFOLIOS = 100;
const SEED = 20_250_101;

type Sample = { records: NormalizedRecord[]; scenario: Scenario };
type Property = {
  section: number; title: string; holds: (engine: EngineFormulas, sample: Sample) => boolean;
};

/** Portfolios of 1 to 12 loans and up to 3 assets with adverse shocks; equal at every call. */
function samples(): Sample[] {
  const random = seededRandom(SEED);
  const upTo = (limit: number): number => random() * limit;
  return Array.from({ length: PORTFOLIOS }, () => ({
    records: [
      ...Array.from({ length: 1 + Math.floor(upTo(12)) }, (): NormalizedRecord => ({
        record_kind: "instrument", principal: 1 + upTo(1e6), interest_rate_pct: upTo(15),
        collateral_value: upTo(2e6) })),
      ...Array.from({ length: Math.floor(upTo(4)) }, (): NormalizedRecord => ({
        record_kind: "distressed_asset", distressed_value: upTo(3e5),
        recovery_rate_pct: upTo(100) })),
    ],
    scenario: { scenario_id: "sample", description: "", interest_rate_delta_pct: upTo(5),
      collateral_market_impact_pct: -upTo(1), recovery_degradation_pct: -upTo(1),
      default_risk_increment_pct: upTo(0.2) },
  }));
}

function netOf(engine: EngineFormulas, netting: Netting, records: readonly NormalizedRecord[]) {
  const net = netRecords(engine, netting, records);
  if (!net.ok) throw new Error(net.error.code);
  return net.value;
}

const byBoth = (
  holds: (net: Netted, sample: Sample, netting: Netting, engine: EngineFormulas) => boolean,
): Property["holds"] => (engine, sample) => NETTINGS.every((netting) =>
  holds(netOf(engine, netting, sample.records), sample, netting, engine));

const PROPERTIES: readonly Property[] = [
  { section: 14, title: "The order of rows changes no bit",
    holds: byBoth((net, { records, scenario }, netting, engine) => {
      const turned = netOf(engine, netting, records.toReversed());
      return canonicalJson([turned.exposure, turned.stress(scenario)] as Json)
        === canonicalJson([net.exposure, net.stress(scenario)] as Json);
    }) },
  { section: 2, title: "The loss is not negative, the score lies in [0, 1]",
    holds: byBoth((net, { scenario }) => {
      const { loss_estimate: loss, impact_score: score } = net.stress(scenario);
      return loss >= 0 && score >= 0 && score <= 1;
    }) },
  { section: 2, title: "A deeper fall of the market never loses less",
    holds: byBoth((net, { scenario }) => lossUnder(net, scenario) <= lossUnder(net, { ...scenario,
      collateral_market_impact_pct: (scenario.collateral_market_impact_pct - 1) / 2 })) },
  { section: 4, title: "Netting by instrument never shows less net exposure than by portfolio",
    holds: (engine, { records }) => {
      const [whole, single] = NETTINGS.map((netting) =>
        netOf(engine, netting, records).exposure.net_exposure_after_recovery);
      return (single ?? 0) >= (whole ?? 0) - 1e-4 * records.length;
    } },
  { section: 5, title: "The parts of an attribution add up to the loss, within 1e-9",
    holds: byBoth((net, { scenario }) => {
      const { drivers, loss_estimate: loss } = attributeLoss(net, scenario);
      const sum = DRIVERS.reduce((total, driver) => total + drivers[driver], 0);
      return Math.abs(sum - loss) <= 1e-9 * Math.max(1, loss);
    }) },
  { section: 6, title: "A reverse stress hits its target within 1e-9 of outstanding",
    holds: byBoth((net, { scenario }) => {
      const owed = net.exposure.total_outstanding;
      const found = reverseStress(net, scenario, { metric: "loss_share", value: 0.1 });
      // A stressed collateral is rounded to 1/10,000 per loan: the loss is a staircase of these.
      return !found.reachable || found.multiplier === 0
        || Math.abs((found.loss_at_multiplier ?? 0) - 0.1 * owed) <= 1e-9 * owed + 2e-3;
    }) },
];

function propertyChecks(engine: EngineFormulas): ModelCheck[] {
  const tried = samples();
  return PROPERTIES.map(({ section, title, holds }, index): ModelCheck => {
    const held = tried.filter((sample) => holds(engine, sample)).length;
    return { id: `property_${index + 1}`, kind: "property", section, title,
      expected: `holds for ${tried.length} portfolios`, computed: `held for ${held}`,
      ok: held === tried.length };
  });
}
