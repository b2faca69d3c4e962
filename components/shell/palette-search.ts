import type { QueryClient } from "@tanstack/react-query";
import { kindWord } from "@/components/evidence/evidence-words";
import type { Command } from "@/components/shell/commands";
import { rememberedVersion } from "@/components/shell/remembered-version";
import { matchesWords, versionWords } from "@/components/shell/version-groups";
import { NEWEST_VIEWS, viewHref } from "@/components/view/saved-view";
import { date, shortId, timeShort } from "@/components/ui/format";
import { call, type CallInput } from "@/lib/client/api";
import { keyOf } from "@/lib/client/hooks";
import type { OperationName, ResponseOf } from "@/lib/contract/operations";

/** Lists are searched here for this long before they are asked for again. */
const FRESH_MS = 30_000;
const SHOWN = 6;
const RECENT = { query: { limit: 200 } } as const;
/** Ids of loans and borrowers have a digit; words for pages do not. */
const INSTRUMENT_PART = /^(?=\S*\d)\S{3,}$/;
const ID_PART = /^[0-9a-f][0-9a-f-]{1,35}$/i;

async function read<N extends OperationName>(
  client: QueryClient, name: N, input: CallInput<N>, signal?: AbortSignal,
): Promise<ResponseOf<N>> {
  return client.fetchQuery({
    queryKey: keyOf(name, input), staleTime: FRESH_MS, retry: false,
    queryFn: () => call(name, { ...input, ...(signal ? { signal } : {}) }),
  });
}

async function findDatasets(client: QueryClient, query: string): Promise<Command[]> {
  const { items } = await read(client, "listDatasets", RECENT);
  return items
    .filter((item) => matchesWords(`${item.name} ${item.dataset_id}`.toLowerCase(), query))
    .slice(0, SHOWN)
    .map((item) => ({
      id: `dataset-${item.dataset_id}`, group: "Datasets", icon: "data", label: item.name,
      note: item.base_currency, href: `/datasets/${item.dataset_id}`,
    }));
}

async function findVersions(client: QueryClient, query: string): Promise<Command[]> {
  const { items } = await read(client, "listVersions", RECENT);
  return items
    .filter((item) => matchesWords(versionWords(item), query))
    .slice(0, SHOWN)
    .map((item) => ({
      id: `version-${item.dataset_version_id}`, group: "Versions", icon: "lock",
      label: `${item.dataset_name} v${item.number}`,
      note: `${item.status}${item.as_of ? `, as of ${date(item.as_of)}` : ""}`,
      href: `/versions/${item.dataset_version_id}`,
    }));
}

async function findScenarios(
  client: QueryClient, query: string, signal: AbortSignal,
): Promise<Command[]> {
  const input = { query: { q: query, limit: SHOWN } };
  const { items } = await read(client, "listScenarios", input, signal);
  return items.map(({ library_scenario_id: id, scenario_id, latest }) => ({
    id: `scenario-${id}`, group: "Scenarios", icon: "scen", label: latest.name,
    note: `${scenario_id} v${latest.number}, ${latest.state}`, href: `/scenarios/${id}`,
  }));
}

async function findRuns(client: QueryClient, query: string): Promise<Command[]> {
  const { items } = await read(client, "listRuns", RECENT);
  return items
    .filter(({ run_id, dataset_name, dataset_version_number }) => matchesWords(
      `${run_id} ${dataset_name} v${dataset_version_number} run`.toLowerCase(), query))
    .slice(0, SHOWN)
    .map((item) => ({
      id: `run-${item.run_id}`, group: "Runs", icon: "run", label: `Run ${shortId(item.run_id)}`,
      note: `${item.dataset_name} v${item.dataset_version_number}, ${timeShort(item.recorded_at)}`,
      href: `/runs/${item.run_id}`,
    }));
}

async function findViews(client: QueryClient, query: string): Promise<Command[]> {
  const { items } = await read(client, "listSavedViews", NEWEST_VIEWS);
  return items
    .filter((view) => matchesWords(`${view.name} ${view.path} view`.toLowerCase(), query))
    .slice(0, SHOWN)
    .map((view) => ({ id: `view-${view.saved_view_id}`, group: "Saved views", icon: "eye",
      label: view.name, note: view.path, href: viewHref(view) }));
}

async function findEvidence(
  client: QueryClient, query: string, signal: AbortSignal,
): Promise<Command[]> {
  if (!ID_PART.test(query)) return [];
  const q = query.toLowerCase();
  const { items } = await read(client, "listEvidence", { query: { q, limit: SHOWN } }, signal);
  return items.map((item) => ({
    id: `evidence-${item.evidence_id}`, group: "Evidence", icon: "seal",
    label: `Evidence ${shortId(item.evidence_id)}`,
    note: `${kindWord(item.kind)}, ${timeShort(item.created_at)}`,
    href: `/evidence/${item.evidence_id}`,
  }));
}

/** In the version that the pages talk about: the same loan is in each of a dataset's versions. */
async function findInstruments(
  client: QueryClient, query: string, signal: AbortSignal,
): Promise<Command[]> {
  if (!INSTRUMENT_PART.test(query)) return [];
  const versions = (await read(client, "listVersions", RECENT)).items
    .filter(({ status }) => status === "sealed");
  const named = new URLSearchParams(location.search).get("version") ?? rememberedVersion();
  const version = versions.find((one) => one.dataset_version_id === named) ?? versions[0];
  if (!version) return [];
  const id = version.dataset_version_id;
  const input = { path: { id }, query: { q: query, limit: SHOWN } };
  const { items } = await read(client, "listInstruments", input, signal);
  return items.map((item) => ({
    id: `instrument-${item.normalized_record_id}`, group: "Instruments", icon: "data",
    label: item.instrument_id ?? `Row ${item.row}`,
    note: [item.obligor_id, item.sector, `${version.dataset_name} v${version.number}`]
      .filter(Boolean).join(", "),
    href: `/trace/records/${id}/${item.normalized_record_id}`,
  }));
}

/**
 * Finds datasets, versions, scenarios and saved views by name, versions, runs and evidence by the
 * beginning of an id, instruments of the current version by part of their id or their obligor's.
 */
export async function searchAll(
  client: QueryClient, query: string, signal: AbortSignal,
): Promise<Command[]> {
  const answers = await Promise.allSettled([
    findDatasets(client, query), findVersions(client, query), findRuns(client, query),
    findEvidence(client, query, signal), findScenarios(client, query, signal),
    findViews(client, query), findInstruments(client, query, signal),
  ]);
  const found = answers.flatMap((answer) => answer.status === "fulfilled" ? answer.value : []);
  const failed = answers.find((answer) => answer.status === "rejected");
  if (found.length === 0 && failed) throw failed.reason;
  return found;
}
