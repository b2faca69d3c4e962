import { normalQuantile } from "@/lib/kernel/normal";
import {
  concentration, DEFAULT_PD_FLOOR, granularLoss, IRB_CLASSES, irbCapital, irbCorrelation,
} from "@/lib/risk";
import { fraction, money, n, plain, share, step } from "./figures";
import { liveSection, type LiveSection } from "./live";

const perCent = <const N extends string>(name: N, label: string, max = 100) =>
  ({ name, label, unit: "%", min: 0, max }) as const;

const creditLoss = liveSection({
  id: "credit-loss", title: "Credit-loss distribution", section: 7,
  sub: "One factor that moves all obligors, and a portfolio so fine that only the factor matters",
  functions: ["granularLoss", "simulateLosses"],
  inputs: [
    money("ead", "Exposure EAD"), perCent("pd", "Default probability PD"),
    perCent("lgd", "Loss given default LGD"), perCent("rho", "Correlation ρ"),
  ],
  presets: [{ label: "Check values", values: { ead: 1_000_000, pd: 2, lgd: 100, rho: 20 },
    published: { "Defaults at 99.9 %": 0.22631, "Expected loss": 20_000 },
    decimals: { "Defaults at 99.9 %": 5 } }],
  limits: [
    "Single names add risk that this closed form lacks; the simulation has it, with standard errors.",
    "One factor: nothing depends on region or sector but through ρ.",
    "LGD is fixed. In bad years it usually rises as well.",
    "PD, LGD and ρ are inputs: the product estimates none of them.",
  ],
  compute: (v) => {
    const obligor = { ead: v.ead, pd: fraction(v.pd), lgd: fraction(v.lgd), rho: fraction(v.rho) };
    const { expected_loss: expected, standard_deviation: deviation, quantiles } =
      granularLoss([obligor], 0.999);
    const whole = obligor.ead * obligor.lgd;
    const worst = quantiles.at(-1)?.var ?? 0;
    const stress = `Φ((${n(normalQuantile(obligor.pd))} + √${n(obligor.rho)} × ${
      n(normalQuantile(0.999))}) / √(1 − ${n(obligor.rho)}))`;
    const isPlain = obligor.pd > 0 && obligor.pd < 1 && obligor.rho < 1;
    return [
      step("Expected loss", "EAD × LGD × PD",
        `${n(v.ead)} × ${n(obligor.lgd)} × ${n(obligor.pd)}`, expected),
      step("Standard deviation", "√(EAD² LGD² (Φ₂(Φ⁻¹(PD), Φ⁻¹(PD); ρ) − PD²))",
        `of ${n(whole)} at risk`, deviation),
      step("Defaults at 99.9 %", "Φ((Φ⁻¹(PD) + √ρ Φ⁻¹(q)) / √(1 − ρ))",
        whole === 0 ? "Nothing is at risk." : isPlain ? stress : "the limit for PD or ρ of 0 or 1",
        whole === 0 ? null : worst / whole, plain),
      ...quantiles.map(({ q, var: loss }) => step(`Value at risk, ${n(q * 100)} %`,
        "EAD × LGD × Φ(…)", `the share of defaults at ${n(q * 100)} % × ${n(whole)}`, loss)),
      ...quantiles.slice(-1).map(({ q, es }) => step(`Expected shortfall, ${n(q * 100)} %`,
        "EAD × LGD × Φ₂(Φ⁻¹(PD), −Φ⁻¹(q); √ρ) / (1 − q)",
        `the mean of the worst ${n((1 - q) * 100)} %`, es)),
    ];
  },
});

const CLASS_NAMES = ["Corporate", "Mortgage", "Revolving retail", "Other retail"] as const;
const IRB = { ead: 1_000_000, pd: 1, lgd: 45, maturity: 2.5, turnover: 50, floor: 0, kind: 0 };
const weight = (risk: number) => ({ "Risk weight": risk });
const ROUNDED = { "Risk weight": 4, "Correlation": 6, "Capital requirement K": 7 };

const irb = liveSection({
  id: "irb", title: "IRB capital", section: 7,
  sub: "Basel's capital for unexpected loss at 99.9 %, as a share of the exposure",
  functions: ["irbCapital", "irbCorrelation"],
  inputs: [
    { name: "kind", label: "Asset class", choices: CLASS_NAMES },
    money("ead", "Exposure EAD"), perCent("pd", "PD"), perCent("lgd", "LGD"),
    { name: "maturity", label: "Maturity M", unit: "years", min: 0, max: 100, step: 0.5 },
    { name: "turnover", label: "Turnover", unit: "million", min: 0, max: 1e6 },
    { name: "floor", label: "PD floor", unit: "%", min: 0, max: 100, step: 0.01 },
  ],
  presets: [
    { label: "Corporate", values: IRB, decimals: ROUNDED, published:
      { Correlation: 0.192784, "Capital requirement K": 0.0738534, "Risk weight": 0.9232 } },
    // The published 72.40 % is 72.39 % to four digits: it was rounded on the way.
    { label: "Turnover 5", values: { ...IRB, turnover: 5 }, decimals: { "Risk weight": 3 },
      published: weight(0.724) },
    { label: "PD 0.03 %", values: { ...IRB, pd: 0.03 }, decimals: ROUNDED,
      published: weight(0.1444) },
    { label: "Mortgage", values: { ...IRB, kind: 1 }, decimals: ROUNDED,
      published: weight(0.564) },
    { label: "Revolving", values: { ...IRB, kind: 2 }, decimals: ROUNDED,
      published: weight(0.1722) },
    { label: "Other retail", values: { ...IRB, kind: 3 }, decimals: ROUNDED,
      published: weight(0.4577) },
  ],
  limits: [
    `Runs from a dataset floor the PD at ${n(DEFAULT_PD_FLOOR * 100)} % unless told otherwise; 0 switches that off.`,
    "No scaling factor, output floor, credit conversion or LGD floor of any national rule.",
    "A supervisor must approve an internal model: these figures are no regulatory return.",
  ],
  compute: (v) => {
    const assetClass = IRB_CLASSES[v.kind] ?? "corporate";
    const pd = Math.max(fraction(v.pd), fraction(v.floor));
    const capital = irbCapital({ ead: v.ead, pd: fraction(v.pd), lgd: fraction(v.lgd),
      asset_class: assetClass, maturity: v.maturity, turnover_meur: v.turnover,
      pd_floor: fraction(v.floor) });
    if (!capital.ok) return `PD ${n(v.pd)} % is so small that the maturity term has no value; set a floor.`;
    const rho = irbCorrelation(assetClass, pd, v.turnover);
    const b = (0.11852 - 0.05478 * Math.log(pd)) ** 2;
    const { capital_requirement: k, risk_weight: risk, rwa } = capital.value;
    const isCorporate = assetClass === "corporate";
    return [
      step("Correlation", isCorporate ? "0.12 w + 0.24 (1 − w) − 0.04 (1 − (S − 5) / 45)"
        : assetClass === "other_retail" ? "0.03 w′ + 0.16 (1 − w′)" : "fixed",
      isCorporate ? `w = (1 − e^(−50 × ${n(pd)})) / (1 − e^−50), S = ${n(v.turnover)}`
        : `PD ${n(pd)}`, rho, plain),
      step("Maturity term b", "(0.11852 − 0.05478 ln PD)²",
        isCorporate && pd > 0 ? `(0.11852 − 0.05478 × ${n(Math.log(pd))})²`
          : "Counts for corporates with a PD above 0.",
        isCorporate && pd > 0 ? b : null, plain),
      step("Capital requirement K",
        "[LGD Φ((Φ⁻¹(PD) + √ρ Φ⁻¹(0.999)) / √(1 − ρ)) − PD LGD] (1 + (M − 2.5) b) / (1 − 1.5 b)",
        `LGD ${n(fraction(v.lgd))}, PD ${n(pd)}, ρ ${n(rho)}, M ${n(v.maturity)}`, k,
        (part) => `${n(part * 100)} %`),
      step("Risk weight", "12.5 × K", `12.5 × ${plain(k)}`, risk, share),
      step("Risk-weighted amount", "12.5 × K × EAD", `${plain(risk)} × ${n(v.ead)}`, rwa),
      step("Expected loss", "PD × LGD × EAD", `${n(pd)} × ${n(fraction(v.lgd))} × ${n(v.ead)}`,
        capital.value.expected_loss),
    ];
  },
});

const concentrated = liveSection({
  id: "concentration", title: "Concentration", section: 8,
  sub: "How much of the whole few names hold",
  functions: ["concentration"],
  inputs: [
    money("a", "Name 1"), money("b", "Name 2"), money("c", "Name 3"), money("d", "Name 4"),
    money("e", "Name 5"), money("f", "Name 6"),
  ],
  presets: [
    { label: "Check values", values: { a: 50, b: 30, c: 20, d: 0, e: 0, f: 0 }, published: {
      "Herfindahl index": 0.38, "Effective number": 1 / 0.38, "Gini": 0.2, "Largest name": 0.5,
      "Names above 15 %": 3 } },
    { label: "All alike", values: { a: 10, b: 10, c: 10, d: 10, e: 10, f: 10 }, published: {
      "Effective number": 6, Gini: 0 } },
  ],
  limits: [
    "Names without an amount do not count.",
    "Gini has no correction for few names: of n equal names it is 0, of one name 0 as well.",
    "Who belongs together is what the tape's obligor group says; nobody looks for hidden ties.",
  ],
  compute: (v) => {
    const values = [v.a, v.b, v.c, v.d, v.e, v.f];
    const found = concentration(values);
    const none = "No name has an amount.";
    const filled = (text: string): string => found.hhi === null ? none : text;
    const shares = values.filter((value) => value > 0).map((value) => n(value / found.total));
    return [
      step("Herfindahl index", "Σ wᵢ²", filled(shares.map((w) => `${w}²`).join(" + ")), found.hhi,
        plain),
      step("Effective number", "1 / HHI", filled(`1 / ${plain(found.hhi ?? 0)}`),
        found.effective_number, plain),
      step("Gini", "Σ (2i − n − 1) xᵢ / (n Σ x), ascending", filled(`${found.count} names, ${
        n(found.total)} in all`), found.gini, plain),
      step("Largest name", "top 1 / total", filled(`${n(Math.max(...values))} / ${n(found.total)}`),
        found.top["1"], share),
      step("Names above 15 %", "count of wᵢ > 0.15", filled(
        found.flagged.map((one) => share(one.share)).join(", ") || "none"),
      found.hhi === null ? null : found.flagged.length, n),
    ];
  },
});

export const CREDIT_SECTIONS: readonly LiveSection[] = [creditLoss, irb, concentrated];
