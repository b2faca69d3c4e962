import {
  addedInterest, attributeLoss, DRIVERS, netByPortfolio, reverseStress, tornado, type Netted,
} from "@/lib/risk";
import { ENGINES, netRecords } from "@/lib/risk/engines";
import {
  amount, EXAMPLE, EXPOSURE_INPUTS, exposureFrom, MARKET_CRASH, money, n, plain, scenarioFrom,
  SHOCK_INPUTS, signed, step,
} from "./figures";
import { liveSection, type LiveSection, type LiveStep } from "./live";

/** Two loans and a distressed asset: the least that shows what netting hides. */
export const TWO_LOANS = { o1: 100_000, c1: 300_000, o2: 200_000, c2: 50_000, rec: 40_000,
  ...MARKET_CRASH };

type TwoLoans = Readonly<Record<keyof typeof TWO_LOANS, number>>;

/** Both nettings of two loans, by the formulas of new runs; null for amounts out of range. */
export function netTwoLoans(v: TwoLoans): { portfolio: Netted; instrument: Netted } | null {
  const engine = ENGINES.at(-1);
  if (!engine) return null;
  const loan = (principal: number, collateral_value: number) =>
    ({ record_kind: "instrument" as const, principal, interest_rate_pct: 0, collateral_value });
  const records = [loan(v.o1, v.c1), loan(v.o2, v.c2), { record_kind: "distressed_asset" as const,
    distressed_value: v.rec, recovery_rate_pct: 100 }];
  const portfolio = netRecords(engine, "portfolio", records);
  const instrument = netRecords(engine, "instrument", records);
  return portfolio.ok && instrument.ok
    ? { portfolio: portfolio.value, instrument: instrument.value } : null;
}

const netting = liveSection({
  id: "instrument-netting", title: "Netting by instrument", section: 4,
  sub: "No loan's excess collateral covers another's gap",
  functions: ["netRecords", "netByInstrument", "netByPortfolio"],
  inputs: [
    money("o1", "Loan 1 owes"), money("c1", "Its collateral"),
    money("o2", "Loan 2 owes"), money("c2", "Its collateral"),
    money("rec", "Expected recovery R"), ...SHOCK_INPUTS,
  ],
  presets: [{ label: "Check values", values: TWO_LOANS, published: {
    "Shortfall of loan 1": 0, "Shortfall of loan 2": 150_000, "Net exposure, by portfolio": 0,
    "Net exposure, by instrument": 110_000, "Loss, by portfolio": 18_500,
    "Loss, by instrument": 33_500 } }],
  limits: [
    "A recovery that is linked to a loan lowers that loan's shortfall first; the rest joins the pool.",
    "A collateral that is stated for the whole debt covers all of that debt.",
    "Loans to one borrower that share a collateral are still netted one by one.",
    "Net exposure and loss belong to the portfolio: a group's share of the loss is allocated.",
  ],
  compute: (v) => {
    const both = netTwoLoans(v);
    return both ? nettingSteps(v, both) : "An amount is beyond 900,000,000,000,000.";
  },
});

function nettingSteps(v: TwoLoans, { portfolio, instrument }: {
  portfolio: Netted; instrument: Netted;
}): LiveStep[] {
  const scenario = scenarioFrom(v);
  const [whole, single] = [portfolio.stress(scenario), instrument.stress(scenario)];
  const m = signed(scenario.collateral_market_impact_pct);
  const gap = (index: 1 | 2, owed: number, cover: number) => step(`Shortfall of loan ${index}`,
    "max(0, outᵢ − collᵢ)", `max(0, ${n(owed)} − ${n(cover)})`, Math.max(0, owed - cover));
  const net = instrument.exposure.net_exposure_after_recovery;
  const netWhole = portfolio.exposure.net_exposure_after_recovery;
  const after = single.distressed_asset_recovery;
  return [
    gap(1, v.o1, v.c1), gap(2, v.o2, v.c2),
    step("Net exposure, by portfolio", "N = max(0, O − (C + R))",
      `max(0, ${n(v.o1 + v.o2)} − (${n(v.c1 + v.c2)} + ${n(v.rec)}))`, netWhole),
    step("Net exposure, by instrument", "N = max(0, Σ shortfallᵢ(0) − R)",
      `max(0, ${n(instrument.exposure.collateral_shortfall)} − ${n(v.rec)})`, net),
    step("Net exposure after, by instrument", "N′ = max(0, Σ max(0, outᵢ − collᵢ (1 + m)) − R′) + Σ outᵢ d",
      `max(0, ${n(v.o1)} − ${n(v.c1)} (1 ${m})), max(0, ${n(v.o2)} − ${n(v.c2)} (1 ${m})), less ${
        n(after)}, plus ${n(single.default_risk_buffer)}`, single.net_exposure_after_recovery),
    step("Loss, by portfolio", "L = max(0, N′ − N)",
      `${n(whole.net_exposure_after_recovery)} − ${n(netWhole)}`, whole.loss_estimate),
    step("Loss, by instrument", "L = max(0, N′ − N)",
      `${n(single.net_exposure_after_recovery)} − ${n(net)}`, single.loss_estimate),
    step("Hidden by netting", "N by instrument − N by portfolio", `${n(net)} − ${n(netWhole)}`,
      net - netWhole),
  ];
}

const attribution = liveSection({
  id: "attribution", title: "Why it loses: attribution", section: 5,
  sub: "The loss shared out over its drivers by Shapley value",
  functions: ["attributeLoss", "addedInterest"],
  inputs: [...EXPOSURE_INPUTS, ...SHOCK_INPUTS],
  presets: [
    { label: "Check values", values: { ...EXAMPLE, ...MARKET_CRASH }, published: {
      "Part of collateral": 187_500, "Part of recovery": 21_750, "Part of default": 50_000,
      "Sum of the parts": 259_250, "Added interest": 5_000 } },
    { label: "A surplus absorbs some", values: { ...EXAMPLE, ...MARKET_CRASH, c: 950_000 },
      published: {} },
  ],
  limits: [
    "A driver whose shock is 0 gets 0; one that helps gets a negative part.",
    "Where a surplus absorbs the first losses, which driver came first is decided by the mean.",
    "Added interest stands beside the loss: rates raise cost, not loss, in this model.",
  ],
  compute: (v) => {
    const net = netByPortfolio(exposureFrom(v));
    const scenario = scenarioFrom(v);
    const { drivers, loss_estimate: loss } = attributeLoss(net, scenario);
    const sum = DRIVERS.reduce((total, driver) => total + drivers[driver], 0);
    return [
      ...DRIVERS.map((driver) => step(`Part of ${driver}`,
        "mean over the 6 orders of L(before + k) − L(before)",
        `the others on or off before ${driver}`, drivers[driver])),
      step("Sum of the parts", "Φ(collateral) + Φ(recovery) + Φ(default)",
        DRIVERS.map((driver) => n(drivers[driver])).join(" + "), sum),
      step("Loss", "L", `equal to the sum, within 1e-9`, loss),
      step("Added interest", "O × Δr / 100", `${n(v.o)} × ${n(v.dr)} / 100`,
        addedInterest(net.exposure, scenario)),
    ];
  },
});

const WORDS = {
  interest_rate_delta_pct: "Rate", collateral_market_impact_pct: "Collateral",
  recovery_degradation_pct: "Recovery", default_risk_increment_pct: "Default",
} as const;

const sensitivity = liveSection({
  id: "sensitivity", title: "Sensitivity", section: 6,
  sub: "Each shock alone, at its half, itself and its double; the widest swing first",
  functions: ["tornado", "lossGrid"],
  inputs: [...EXPOSURE_INPUTS, ...SHOCK_INPUTS],
  presets: [{ label: "Check values", values: { ...EXAMPLE, ...MARKET_CRASH }, published: {
    "Collateral alone": 187_500, "Default alone": 50_000, "Recovery alone": 21_750,
    "Rate alone": 0 } }],
  limits: [
    "Shocks alone do not add up to the loss of all: a surplus absorbs each of them once.",
    "A doubled shock may exceed what a run accepts; values still stop at 0.",
    "The rate shock is shown with a loss of 0: it raises cost, not loss.",
    "A grid takes two shocks over up to 41 × 41 points, the others as they are.",
  ],
  compute: (v) => tornado(netByPortfolio(exposureFrom(v)), scenarioFrom(v)).map((bar) =>
    step(`${WORDS[bar.shock]} alone`, "L(shock), from L(½ shock) to L(2 × shock)",
      `from ${amount(bar.low)} to ${amount(bar.high)}`, bar.base)),
});

const reverse = liveSection({
  id: "reverse-stress", title: "Reverse stress", section: 6,
  sub: "How many times the shocks until a target is reached",
  functions: ["reverseStress", "crossingOf"],
  inputs: [
    ...EXPOSURE_INPUTS, ...SHOCK_INPUTS,
    money("target", "Target: loss of"),
    { name: "coverage", label: "Target: coverage at most", unit: "%", min: 0, max: 1000 },
  ],
  presets: [{ label: "Check values",
    values: { ...EXAMPLE, ...MARKET_CRASH, target: 518_500, coverage: 37.5 },
    published: { "Multiplier for the loss": 2, "Multiplier for the coverage": 2,
      "Loss at the multiplier": 518_500 } }],
  limits: [
    "The smallest k from 0 to 20 is found; beyond, a target counts as unreachable.",
    "All shocks grow in step. What a single shock needs is given beside it.",
    "A reverse stress says how far, never how likely.",
  ],
  compute: (v) => {
    const net = netByPortfolio(exposureFrom(v));
    const scenario = scenarioFrom(v);
    const loss = reverseStress(net, scenario, { metric: "loss_estimate", value: v.target });
    const cover = reverseStress(net, scenario, { metric: "coverage_ratio", value: v.coverage / 100 });
    const alone = loss.factors.collateral_market_impact_pct;
    const times = (k: number): string => `${plain(k)} ×`;
    const filled = (k: number | null): string => k === null ? "no k up to 20 reaches it" : `k = ${plain(k)}`;
    return [
      step("Multiplier for the loss", "smallest k in [0, 20] with L(k × shocks) ≥ target",
        filled(loss.multiplier), loss.multiplier, times),
      step("Loss at the multiplier", "L(k × shocks)", filled(loss.multiplier),
        loss.loss_at_multiplier),
      step("Largest loss up to 20 ×", "max L(k × shocks)", "k in [0, 20]", loss.max_loss),
      step("Multiplier, collateral alone", "smallest k with L(k × m) ≥ target",
        filled(alone.multiplier), alone.multiplier, times),
      step("Multiplier for the coverage", "smallest k with C′ / O ≤ target",
        filled(cover.multiplier), cover.multiplier, times),
    ];
  },
});

export const LOAN_SECTIONS: readonly LiveSection[] =
  [netting, attribution, sensitivity, reverse];
