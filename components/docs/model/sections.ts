import { KPI_SECTION } from "./kpi-section";
import type { LiveSection } from "./live";
import { LOAN_SECTIONS } from "./loan-sections";
import { STRESS_SECTIONS } from "./stress-sections";

/** Every part of the model, in its order. */
export const LIVE_SECTIONS: readonly LiveSection[] =
  [...STRESS_SECTIONS, ...LOAN_SECTIONS, KPI_SECTION];
