import { CREDIT_SECTIONS } from "./credit-sections";
import { KPI_SECTION } from "./kpi-section";
import type { LiveSection } from "./live";
import { LOAN_SECTIONS } from "./loan-sections";
import { PROJECTION_SECTION } from "./projection-section";
import { STRESS_SECTIONS } from "./stress-sections";
import { VALUE_SECTION } from "./value-section";

/** Every part of the model, in its order. */
export const LIVE_SECTIONS: readonly LiveSection[] =
  [...STRESS_SECTIONS, ...LOAN_SECTIONS, ...CREDIT_SECTIONS, KPI_SECTION, VALUE_SECTION,
    PROJECTION_SECTION];
