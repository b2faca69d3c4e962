import { describe, expect, it } from "vitest";
import { seriesTitle } from "./series-title";

const points = (...values: (number | null)[]) =>
  values.map((value, index) => ({ name: `v${index + 1}`, par30_pct: value }));

describe("seriesTitle", () => {
  it.each([
    [[5, 8], "PAR30 rose from 5.00 % to 8.00 % since v1"],
    [[8, null, 5], "PAR30 fell from 8.00 % to 5.00 % since v1"],
    [[5, 5], "PAR30 is 5.00 %, as in v1"],
    [[null, 5], "PAR30 is 5.00 % in v2"],
    [[null, null], "PAR30 is not known in any version"],
    [[5, 8, null], "PAR30 is not known in v3; it rose from 5.00 % in v1 to 8.00 % in v2"],
    [[5, 5, null], "PAR30 is not known in v3; it was 5.00 % in v1 and v2"],
    [[5, null, null], "PAR30 is not known in v3; it was 5.00 % in v1"],
  ])("%j", (values, title) =>
    expect(seriesTitle(points(...values), "par30_pct").replaceAll("\u202f", " ")).toBe(title));
});
