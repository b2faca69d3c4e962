import type {
  Assumption, DebtExposure, Finding, GroupDimension, RunParameters, StressResult,
} from "@/lib/risk";
import type { SignOffDocument } from "./sign-off";

/** A recorded run, as the API gives it. */
export type RunDocument = {
  run_id: string; dataset_version_id: string; dataset_name: string;
  dataset_version_number: number; base_currency: string; as_of: string | null;
  content_hash: string | null; started_at: string; recorded_at: string; recorded_by: string;
  engine_id: string; engine_version: string;
  debt_exposure_evidence_id: string;
  stress_test_evidence_ids: Readonly<Record<string, string>>;
  group_evidence?: readonly {
    key: { readonly [dimension in GroupDimension]?: string | null }; evidence_id: string;
  }[];
  material_findings: readonly (Omit<Finding, "metric" | "confidence"> &
    { id: string; metric: string; confidence: string })[];
  report: {
    metadata: { warnings: readonly string[]; parameters: RunParameters };
    debt_exposure: DebtExposure;
    stress_tests: readonly StressResult[];
  };
  assumptions: readonly (Omit<Assumption, "sensitivity" | "details"> & { sensitivity: string })[];
  sign_off: SignOffDocument;
};
