import { canonicalJson, type Json } from "../kernel/canonical";
import type { NormalizedRecord } from "../kernel/record";
import { GOLDEN_ANALYSES, goldenAnalysis, type GoldenAnalysis } from "../risk/golden-analyses";
import { DEFAULT_SCENARIOS, NO_SHOCKS, type GroupDimension, type Netting, type Scenario }
  from "../risk";
import type { ModelCheck } from "../risk/validation";
import { ColumnsBuilder } from "./columns";
import golden100 from "./golden/1.0.0.json";
import golden110 from "./golden/1.1.0.json";
import { stressPortfolio } from "./stress-portfolio";

/** What a file of `golden/` holds: what each case gave when the version was released. */
export type AnalysesFile = {
  engine_version: string;
  cases: readonly { id: string; title: string; section: number; output: Json }[];
};

/** Written by the code of each version: that of 1.0.0 is what its last commit gives. */
const FILES: readonly AnalysesFile[] =
  [golden100, golden110].map((file) => file as unknown as AnalysesFile);

/** The kept cases of an engine version; segments came with 1.1.0. */
export const keptAnalyses = (version: string): AnalysesFile["cases"] =>
  FILES.find((file) => file.engine_version === version)?.cases ?? [];

const SECTORS = ["CRE", "Retail", "Energy", undefined];
const COUNTRIES = ["DE", "FR", undefined];

const records: readonly NormalizedRecord[] = Array.from({ length: 60 }, (_, at) => {
  const [sector, country] = [SECTORS[at % 4], COUNTRIES[at % 3]];
  const own = { ...(sector === undefined ? {} : { sector }),
    ...(country === undefined ? {} : { country }) };
  return at % 6 === 5
    ? { record_kind: "distressed_asset", distressed_value: 1000.01 * at,
      recovery_rate_pct: (at * 17) % 100, ...own }
    : { record_kind: "instrument", principal: 1234.5678 * (at + 1), assets_value: 99.99 * at,
      interest_rate_pct: (at * 1.37) % 12, collateral_value: 987.6543 * ((at * 29) % 90), ...own };
});

const SEGMENTED: readonly Scenario[] = [...DEFAULT_SCENARIOS,
  { ...NO_SHOCKS, scenario_id: "by_segment", description: "", collateral_market_impact_pct: -1 / 7,
    interest_rate_delta_pct: 0.5, segment_shocks: [
      { where: { sector: "CRE", country: ["DE", "FR"] }, collateral_market_impact_pct: -0.35,
        default_risk_increment_pct: 0.04 },
      { where: { country: null }, recovery_degradation_pct: -0.4, interest_rate_delta_pct: 3 },
      { where: { sector: ["Energy", "CRE"] }, collateral_market_impact_pct: -1 / 3 }] }];

function segments(netting: Netting, groupBy: GroupDimension[]): GoldenAnalysis {
  const by = groupBy.length > 0 ? `, grouped by ${groupBy.join(" and ")}` : "";
  return { id: ["segments", netting, ...groupBy].join("_"), section: 4,
    title: `Segment shocks on 60 records, netting by ${netting}${by}`, compute: () => {
      const builder = new ColumnsBuilder();
      records.forEach((record, index) => builder.add(record, index + 1));
      return stressPortfolio(builder.finish(), { scenarios: SEGMENTED, netting, groupBy });
    } };
}

/** Everything beside sections 1 to 6 that a version of the engine is held to. */
export const ANALYSIS_CASES: readonly GoldenAnalysis[] = [
  segments("portfolio", []), segments("portfolio", ["sector"]),
  segments("instrument", ["sector", "country"]), ...GOLDEN_ANALYSES,
];

/**
 * Computes the kept cases of an engine version again and compares every byte. Sections 7 to 11 have
 * had one formula each through all versions; whoever changes one keeps the old one for these cases.
 */
export function analysisChecks(version: string): ModelCheck[] {
  return keptAnalyses(version).map(({ id, title, section, output }): ModelCheck => {
    const own = ANALYSIS_CASES.find((one) => one.id === id);
    const kept = canonicalJson(output);
    const now = own ? canonicalJson(goldenAnalysis(own)) : "";
    return { id: `golden_${id}`, kind: "golden", section, title,
      expected: `${kept.length} bytes, as kept`,
      computed: kept === now ? `${now.length} bytes, equal` : "other bytes", ok: kept === now };
  });
}
