import { addedInterest, lossUnder, netByPortfolio } from "@/lib/risk";
import {
  EXAMPLE, EXPOSURE_INPUTS, exposureFrom, MARKET_CRASH, money, n, scenarioFrom, SHOCK_INPUTS, step,
} from "./figures";
import { liveSection } from "./live";
import { netTwoLoans } from "./loan-sections";

/** Two loans of which the portfolio loses nothing and the lender does. */
export const HIDDEN_LOSS = liveSection({
  id: "netting-hides", title: "Netting by portfolio hides losses", section: 4,
  sub: "Loan 1 has more collateral than it needs. No lender may take it for loan 2",
  functions: ["netByPortfolio", "netByInstrument"],
  inputs: [
    money("o1", "Loan 1 owes"), money("c1", "Its collateral"),
    money("o2", "Loan 2 owes"), money("c2", "Its collateral"),
    { name: "m", label: "Market impact m", unit: "%", min: -100, max: 1000, shock: true },
  ],
  presets: [{ label: "The example",
    values: { o1: 100_000, c1: 400_000, o2: 200_000, c2: 180_000, m: -25 },
    published: { "Loss, by portfolio": 0, "Loss, by instrument": 45_000 } }],
  limits: [
    "Netting by portfolio is the default, and understates the loss wherever collateral is uneven.",
    "Choose netting by instrument in a run's settings; both can be run on one version.",
  ],
  compute: (v) => {
    const shocks = { dr: 0, m: v.m, g: 0, d: 0 };
    const both = netTwoLoans({ ...v, ...shocks, rec: 0 });
    if (!both) return "An amount is beyond 900,000,000,000,000.";
    const scenario = scenarioFrom(shocks);
    const { portfolio, instrument } = both;
    const net = instrument.exposure.net_exposure_after_recovery;
    const whole = portfolio.exposure.net_exposure_after_recovery;
    return [
      step("Net exposure, by portfolio", "max(0, O − C)",
        `max(0, ${n(v.o1 + v.o2)} − ${n(v.c1 + v.c2)})`, whole),
      step("Net exposure, by instrument", "Σ max(0, outᵢ − collᵢ)",
        `max(0, ${n(v.o1)} − ${n(v.c1)}) + max(0, ${n(v.o2)} − ${n(v.c2)})`, net),
      step("Loss, by portfolio", "max(0, N′ − N)",
        `${n(portfolio.stress(scenario).net_exposure_after_recovery)} − ${n(whole)}`,
        lossUnder(portfolio, scenario)),
      step("Loss, by instrument", "max(0, N′ − N)",
        `${n(instrument.stress(scenario).net_exposure_after_recovery)} − ${n(net)}`,
        lossUnder(instrument, scenario)),
    ];
  },
});

/** The rate shift alone: what it costs, and that it loses nothing. */
export const INTEREST_SHOCK = liveSection({
  id: "interest-shock", title: "A rate shift raises cost, not loss", section: 5,
  sub: "Δr changes what is paid for interest in a year; nothing of it enters net exposure or loss",
  functions: ["stressOf", "addedInterest"],
  inputs: [...EXPOSURE_INPUTS, SHOCK_INPUTS[0]],
  presets: [{ label: "The example", values: { ...EXAMPLE, dr: 2.5 },
    published: { "Added interest": 25_000, "Loss from Δr alone": 0, "Interest per year": 75_000 } }],
  limits: [
    "Fixed and floating loans are shifted alike: every loan pays Δr more from the first day on.",
    "That higher rates lower collateral or raise defaults must be put into m and d by whoever writes the scenario.",
    "No discounting: amounts due later count like amounts due now.",
  ],
  compute: (v) => {
    const net = netByPortfolio(exposureFrom(v));
    const alone = scenarioFrom({ dr: v.dr, m: 0, g: 0, d: 0 });
    const crash = scenarioFrom(MARKET_CRASH);
    const withRate = { ...crash, interest_rate_delta_pct: v.dr };
    const without = { ...crash, interest_rate_delta_pct: 0 };
    return [
      step("Interest per year", "O × (r + Δr) / 100", `${n(v.o)} × (${n(v.r)} + ${n(v.dr)}) / 100`,
        net.stress(alone).interest_payment),
      step("Added interest", "O × Δr / 100", `${n(v.o)} × ${n(v.dr)} / 100`,
        addedInterest(net.exposure, alone)),
      step("Loss from Δr alone", "L with m = g = d = 0", "Δr is in no term of N′",
        lossUnder(net, alone)),
      step("Loss in a market crash, with Δr", "L(Δr, −25 %, −15 %, 5 %)", `Δr = ${n(v.dr)}`,
        lossUnder(net, withRate)),
      step("Loss in a market crash, without", "L(0, −25 %, −15 %, 5 %)", "Δr = 0",
        lossUnder(net, without)),
    ];
  },
});
