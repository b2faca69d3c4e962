import Link from "next/link";
import { scenarioName } from "@/lib/risk/scenario-name";
import type { DataColumn } from "@/components/table/data-table";
import { HashText } from "@/components/ui/figure";
import { shortId, time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import type { ResponseOf } from "@/lib/contract/operations";
import { kindWord } from "./evidence-words";
import { listAmounts } from "./list-amounts";
import { readExposure, readStress, readText } from "./payload";
import type { Evidence } from "./use-evidence";

type Version = ResponseOf<"getVersion">;

/** A row as it is shown: what the payload says, and where it belongs. */
export interface EvidenceLine {
  evidence: Evidence;
  scenario: string | null;
  amount: number | null;
  currency: string;
  versionName: string;
}

const ERASED = "The content was erased with the dataset version";

const isErased = ({ evidence }: EvidenceLine): boolean => evidence.payload === null;

export function evidenceLine(evidence: Evidence, versions: readonly Version[]): EvidenceLine {
  const version = versions.find((one) =>
    one.dataset_version_id === evidence.dataset_version_id);
  const stress = readStress(evidence.payload);
  const exposure = stress ? null : readExposure(evidence.payload);
  return {
    evidence,
    scenario: stress?.scenario_id ?? null,
    amount: stress?.loss_estimate ?? exposure?.net_exposure_after_recovery ?? null,
    currency: readText(evidence.payload, "base_currency") ?? version?.base_currency ?? "",
    versionName: version ? `${version.dataset_name} v${version.number}`
      : shortId(evidence.dataset_version_id),
  };
}

function noScenario(line: EvidenceLine): string {
  if (isErased(line)) return ERASED;
  return line.evidence.kind === "stress_test" ? "The record names no scenario"
    : "This kind of record belongs to no scenario";
}

function amountColumn(lines: readonly EvidenceLine[]): DataColumn<EvidenceLine> {
  const { unit, text } = listAmounts(
    lines.map(({ currency, amount }) => ({ currency, value: amount })));
  return {
    id: "amount", header: "Loss or net exposure", term: "loss", number: true, unit,
    cell: (line) => line.amount === null
      ? <Na reason={isErased(line) ? ERASED : "This kind records no single figure"} />
      : (
        <Link className="fig-link" href={`/evidence/${line.evidence.evidence_id}`}>
          {text(line.currency, line.amount)}
        </Link>
      ),
  };
}

export function evidenceColumns(lines: readonly EvidenceLine[]): DataColumn<EvidenceLine>[] {
  return [
    { id: "id", header: "Evidence", cell: ({ evidence }) => (
      <HashText short value={evidence.evidence_id} href={`/evidence/${evidence.evidence_id}`} />
    ) },
    { id: "kind", header: "Kind", term: "evidence", cell: ({ evidence }) => kindWord(evidence.kind) },
    { id: "scenario", header: "Scenario", className: "name-cell", cell: (line) => line.scenario
      ? scenarioName(line.scenario) : <Na reason={noScenario(line)} /> },
    amountColumn(lines),
    { id: "version", header: "Dataset version", className: "name-cell",
      cell: ({ evidence, versionName }) => (
        <Link href={`/versions/${evidence.dataset_version_id}`}>{versionName}</Link>
      ) },
    { id: "hash", header: "SHA-256", term: "sha-256", mono: true, cell: ({ evidence }) => (
      <span data-tip={evidence.sha256}>{evidence.sha256.slice(0, 16)}</span>
    ) },
    { id: "created", header: "Recorded, UTC", cell: ({ evidence }) =>
      time(evidence.created_at, { seconds: true }).replace(" UTC", "") },
  ];
}
