import {
  exposureOf, findingsOf, recordTotals, stressOf, type DebtExposure, type Scenario,
  type StressResult,
} from "@/lib/risk";
import { canonicalParameters } from "@/lib/risk";
import { CASES } from "./check-values";
import {
  EXAMPLE, EXPOSURE_INPUTS, exposureFrom, fraction, MARKET_CRASH, money, n, plain, rate,
  scenarioFrom, share, SHOCK_INPUTS, signed, step,
} from "./figures";
import { liveSection, type LiveSection } from "./live";

const exposure = liveSection({
  id: "exposure", title: "Debt exposure", section: 1,
  sub: "Of the whole version; sums are exact, whatever the order of rows",
  functions: ["recordTotals", "exposureOf"],
  inputs: [
    money("o", "Outstanding O"), { name: "r", label: "Rate r", unit: "%", min: -100, max: 1000 },
    money("c", "Collateral C"), money("a", "Assets A"),
    money("v1", "Distressed asset 1"),
    { name: "w1", label: "Its recovery rate", unit: "%", min: 0, max: 100 },
    money("v2", "Distressed asset 2"),
    { name: "w2", label: "Its recovery rate", unit: "%", min: 0, max: 100 },
  ],
  presets: [{
    label: "Check values",
    values: { o: 1_000_000, r: 5, c: 750_000, a: 2_000_000, v1: 200_000, w1: 35, v2: 150_000,
      w2: 50 },
    published: { "Net exposure": 105_000, "Recovery ratio": 0.4142857142857143 },
  }],
  limits: [
    "An instrument with principal of 0 or less is skipped whole, with a warning.",
    "A missing rate counts as 0 with a warning; a rate that cannot be read rejects the row.",
    "A stated total of collateral other than 0 replaces the sum of the instruments.",
    "A ratio over 0 is shown as 0 here, and as not applicable where it would mislead.",
  ],
  compute: (v) => {
    const totals = recordTotals({ record_kind: "portfolio",
      financial: {
        debt: { total_outstanding: v.o, interest_rate_pct: v.r, collateral_value: v.c },
        assets: { total: v.a },
      },
      distressed_assets: [{ value: v.v1, recovery_rate_pct: v.w1 },
        { value: v.v2, recovery_rate_pct: v.w2 }] });
    if (!totals.ok) return `${totals.error.field} is beyond 900,000,000,000,000.`;
    return exposureSteps(exposureOf(totals.value.totals), v);
  },
});

function exposureSteps(
  e: DebtExposure, v: Readonly<Record<"v1" | "w1" | "v2" | "w2", number>>,
) {
  const [o, c] = [e.total_outstanding, e.collateral_value];
  const recovery = e.distressed_asset_recovery;
  return [
    step("Outstanding", "O = Σ principal", n(o), o),
    step("Interest rate", "r = Σ (principal × rate) / O", n(e.interest_rate_pct),
      e.interest_rate_pct, rate),
    step("Interest per year", "O × r / 100", `${n(o)} × ${n(e.interest_rate_pct)} / 100`,
      e.interest_payment),
    step("Collateral", "C = Σ collateral", n(c), c),
    step("Shortfall", "max(O − C, 0)", `max(${n(o)} − ${n(c)}, 0)`, e.collateral_shortfall),
    step("Coverage", "C / O", `${n(c)} / ${n(o)}`, e.collateral_coverage_ratio, plain),
    step("Leverage", "O / A", `${n(o)} / ${n(e.assets_value)}`, e.leverage_ratio, plain),
    step("Distressed assets", "V = Σ value", `${n(v.v1)} + ${n(v.v2)}`,
      e.distressed_asset_value),
    step("Expected recovery", "R = Σ (value × recovery rate) / 100",
      `(${n(v.v1)} × ${n(v.w1)} + ${n(v.v2)} × ${n(v.w2)}) / 100`, recovery),
    step("Recovery ratio", "R / V", `${n(recovery)} / ${n(e.distressed_asset_value)}`,
      e.distressed_asset_recovery_ratio, plain),
    step("Net exposure", "N = max(O − (C + R), 0)",
      `max(${n(o)} − (${n(c)} + ${n(recovery)}), 0)`, e.net_exposure_after_recovery),
  ];
}

const stress = liveSection({
  id: "stress", title: "Stress scenario", section: 2, sub: "The exposure after four shocks at once",
  functions: ["stressOf"],
  inputs: [...EXPOSURE_INPUTS, ...SHOCK_INPUTS],
  presets: CASES,
  limits: [
    "The rate shift raises the cost of interest. It is no part of the loss.",
    "All shocks act at once on one balance: nobody repays, sells or borrows meanwhile.",
    "The buffer is a share of what is owed, not a probability of default.",
  ],
  compute: (v) => {
    const base = exposureFrom(v);
    const scenario = scenarioFrom(v);
    return stressSteps(base, scenario, stressOf(base, scenario));
  },
});

function stressSteps(e: DebtExposure, s: Scenario, r: StressResult) {
  const [o, c, v] = [e.total_outstanding, e.collateral_value, e.distressed_asset_value];
  const [m, g] = [signed(s.collateral_market_impact_pct), signed(s.recovery_degradation_pct)];
  const after = r.distressed_asset_recovery;
  return [
    step("Interest rate", "r + Δr", `${n(e.interest_rate_pct)} ${signed(s.interest_rate_delta_pct)}`,
      r.interest_rate_pct, rate),
    step("Interest per year", "O × (r + Δr) / 100", `${n(o)} × ${n(r.interest_rate_pct)} / 100`,
      r.interest_payment),
    step("Collateral after", "C′ = max(0, C × (1 + m))", `${n(c)} × (1 ${m})`, r.collateral_value),
    step("Collateral loss", "max(0, C − C′)", `${n(c)} − ${n(r.collateral_value)}`,
      r.collateral_loss),
    step("Distressed assets after", "max(0, V × (1 + m))", `${n(v)} × (1 ${m})`,
      r.distressed_asset_value),
    step("Distressed asset loss", "max(0, V − V × (1 + m))",
      `${n(v)} − ${n(r.distressed_asset_value)}`, r.distressed_asset_loss),
    step("Recovery after", "R′ = max(0, R × (1 + g))",
      `${n(e.distressed_asset_recovery)} × (1 ${g})`, after),
    step("Default risk buffer", "B = max(0, O × d)",
      `${n(o)} × ${n(s.default_risk_increment_pct)}`, r.default_risk_buffer),
    step("Net exposure after", "N′ = max(0, O − (C′ + R′)) + B",
      `max(0, ${n(o)} − (${n(r.collateral_value)} + ${n(after)})) + ${n(r.default_risk_buffer)}`,
      r.net_exposure_after_recovery),
    step("Loss", "L = max(0, N′ − N)",
      `${n(r.net_exposure_after_recovery)} − ${n(e.net_exposure_after_recovery)}`,
      r.loss_estimate),
    step("Impact score", "min(1, L / max(1, O))", `${n(r.loss_estimate)} / ${n(o)}`,
      r.impact_score, plain),
  ];
}

const findings = liveSection({
  id: "findings", title: "Materiality findings", section: 3,
  sub: "One for the exposure, one for each scenario", functions: ["findingsOf"],
  inputs: [
    ...EXPOSURE_INPUTS, ...SHOCK_INPUTS,
    { name: "net", label: "Line of net exposure", unit: "%", min: 0, max: 100 },
    { name: "loss", label: "Line of a loss", unit: "%", min: 0, max: 100 },
  ],
  presets: [{ label: "Check values",
    values: { ...EXAMPLE, ...MARKET_CRASH, net: 20, loss: 5 },
    published: { "Line of net exposure": 200_000, "Line of the loss": 50_000, "Score, loss": 0.25925,
      "Loss is material": 1, "Net exposure is material": 0 } }],
  limits: [
    "Every figure is judged; a figure that equals its line is material.",
    "The line follows what is owed, so a growing portfolio raises it.",
    "Confidence is always medium: the model does not know how good its inputs are.",
  ],
  compute: (v) => {
    const base = exposureFrom(v);
    const parameters = canonicalParameters({ include_default_scenarios: false,
      net_exposure_materiality_threshold_pct: fraction(v.net),
      stress_loss_materiality_threshold_pct: fraction(v.loss) });
    if (!parameters.ok) return parameters.error[0]?.message ?? "";
    const [net, loss] = findingsOf(base, [stressOf(base, scenarioFrom(v))], parameters.value);
    if (!net || !loss) return "Nothing to judge.";
    const word = (flag: number): string => flag === 1 ? "Material" : "Not material";
    const judged = (name: string, found: typeof net, line: string) => step(name, "value ≥ line",
      `${n(found.value)} against ${line}`, found.is_material ? 1 : 0, word);
    return [
      step("Line of net exposure", "max(1, O) × threshold", `${n(v.o)} × ${n(fraction(v.net))}`,
        net.threshold),
      judged("Net exposure is material", net, n(net.threshold)),
      step("Score, net exposure", "min(1, N / max(1, O))", `${n(net.value)} / ${n(v.o)}`,
        net.impact_score, plain),
      step("Line of the loss", "max(1, O) × threshold", `${n(v.o)} × ${n(fraction(v.loss))}`,
        loss.threshold),
      judged("Loss is material", loss, n(loss.threshold)),
      step("Score, loss", "min(1, L / max(1, O))", `${n(loss.value)} / ${n(v.o)} = ${
        share(loss.impact_score)}`, loss.impact_score, plain),
    ];
  },
});

export const STRESS_SECTIONS: readonly LiveSection[] = [exposure, stress, findings];
