import type { z } from "zod";
import { accessOperations } from "./access";
import { stressAnalysisOperations } from "./analysis-stress";
import { analysisOperations } from "./analysis";
import { figureOperations } from "./analysis-figures";
import { auditOperations } from "./audit";
import { controlOperations } from "./controls";
import { datasetOperations } from "./dataset";
import { recordOperations } from "./record";
import { evidenceOperations } from "./evidence";
import { evidenceLogOperations } from "./evidence-log";
import { exportFileOperations } from "./export-file";
import { jobOperations } from "./job";
import { kpiOperations } from "./kpi";
import { commentOperations } from "./comment";
import { reportFileOperations } from "./report-file";
import { signOffOperations } from "./sign-off";
import { legalHoldOperations } from "./legal-hold";
import { macroMappingOperations } from "./macro-mapping";
import { manifestOperations } from "./manifest";
import { mappingProfileOperations } from "./mapping-profile";
import { modelRegisterOperations } from "./model-register";
import type { Operation } from "./operation";
import { pipelineOperations } from "./pipeline";
import { qualityOperations } from "./quality";
import { retentionOperations } from "./retention";
import { runOperations } from "./run";
import { runCompareOperations } from "./run-compare";
import { runGroupOperations } from "./run-groups";
import { savedViewOperations } from "./saved-view";
import { scenarioOperations } from "./scenario";
import { scenarioSeriesOperations } from "./scenario-series";
import { systemOperations } from "./system";
import { traceOperations } from "./trace";
import { uploadOperations } from "./upload";
import { compareOperations } from "./version-compare";
import { versionExportOperations } from "./version-export";

/** The operations table: every way into the product, over HTTP and whatever comes beside it. */
export const operations = {
  ...runOperations,
  ...runGroupOperations,
  ...runCompareOperations,
  ...analysisOperations,
  ...figureOperations,
  ...datasetOperations,
  ...recordOperations,
  ...uploadOperations,
  ...compareOperations,
  ...versionExportOperations,
  ...scenarioSeriesOperations,
  ...manifestOperations,
  ...mappingProfileOperations,
  ...kpiOperations,
  ...qualityOperations,
  ...commentOperations,
  ...signOffOperations,
  ...reportFileOperations,
  ...legalHoldOperations,
  ...retentionOperations,
  ...evidenceOperations,
  ...traceOperations,
  ...evidenceLogOperations,
  ...stressAnalysisOperations,
  ...modelRegisterOperations,
  ...scenarioOperations,
  ...macroMappingOperations,
  ...jobOperations,
  ...exportFileOperations,
  ...pipelineOperations,
  ...accessOperations,
  ...savedViewOperations,
  ...auditOperations,
  ...controlOperations,
  ...systemOperations,
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;
type Entry<N extends OperationName> = (typeof operations)[N];

/** Query as the service gets it, checked and with defaults. */
export type QueryOf<N extends OperationName> =
  Entry<N> extends { query: infer Q extends z.ZodType } ? z.output<Q> : Record<string, never>;
/** Query as a client gives it. */
export type QueryInputOf<N extends OperationName> =
  Entry<N> extends { query: infer Q extends z.ZodType } ? z.input<Q> : Record<string, never>;
/** Body as the service gets it; a streamed body is read by the service. */
export type BodyOf<N extends OperationName> =
  Entry<N> extends { body: infer B extends z.ZodType } ? z.output<B> : undefined;
export type BodyInputOf<N extends OperationName> =
  Entry<N> extends { body: infer B extends z.ZodType } ? z.input<B> : undefined;
/** What the operation answers. */
export type ResponseOf<N extends OperationName> = z.output<Entry<N>["response"]>;

/** The address of an operation, with `{name}` for path parameters. */
export const fullPath = (entry: Operation): string =>
  entry.root ? entry.path : `/api/v3${entry.path}`;

export const operationNames = Object.keys(operations) as OperationName[];
