import { newId } from "@/lib/kernel/ids";
import type { Context } from "@/lib/service/platform/caller";
import { createDataset, listDatasets, listVersions } from "@/lib/service/datasets/datasets";
import { environment } from "@/lib/service/platform/environment";
import { createVersion } from "@/lib/service/imports/imports";
import { killSwitchStatus } from "@/lib/service/controls/kill-switch";
import { demoTapes, exampleRecords } from "./demo-tape";

const CONTEXT: Context = {
  requestId: "first-start",
  correlationId: "first-start",
  caller: { kind: "token", id: "first-start", name: "first start", roles: ["INGEST"],
    mustChangePassword: false },
};
/** A tape of 2,000 loans seals in a second; a slow machine gets time. */
const WAIT_S = 120;

/** Imports that only later processes, or nobody for now, will load are not waited for. */
const waitS = (): number =>
  environment().TODISCOPE_WORKER === "off" || killSwitchStatus().enabled ? 0 : WAIT_S;

type Tape = { mediaType: string; name: string; asOf: string | null; text: () => Iterable<string> };

const DEMO = [
  {
    dataset: { name: "Worked example", base_currency: "EUR",
      description: "The small portfolio of the model's documentation." },
    tapes: [{ mediaType: "application/json", name: "example.json", asOf: null,
      text: () => [JSON.stringify(exampleRecords)] }],
  },
  {
    dataset: { name: "European distressed loans", base_currency: "EUR",
      description: "Synthetic demo data: about 2,000 loans to 600 obligors, three monthly tapes." },
    tapes: demoTapes.map((tape): Tape => ({ mediaType: "text/csv", name: tape.fileName,
      asOf: tape.asOf, text: () => tape.csv() })),
  },
] satisfies { dataset: object; tapes: Tape[] }[];

/**
 * Loads the demo portfolio and the model's worked example into an empty database, or what is
 * missing of them where an earlier first start was broken off.
 */
export async function seedDemo(): Promise<void> {
  const newest = (await listDatasets({ limit: DEMO.length + 1 })).items;
  if (newest.some((dataset) => dataset.created_by !== CONTEXT.caller.name)) return;
  const ours = newest.reverse();
  for (const [index, { dataset, tapes }] of DEMO.entries()) {
    const id = ours[index]?.dataset_id;
    const missing = tapes.slice(id === undefined ? 0 : await loadedTapes(id));
    if (missing.length === 0) continue;
    process.stdout.write(`Loading demo data: ${dataset.name}\n`);
    const into = id ?? (await createDataset(CONTEXT, dataset)).dataset_id;
    for (const tape of missing) await load(into, tape);
  }
}

/** How many tapes an earlier start has loaded, one after the other. */
async function loadedTapes(datasetId: string): Promise<number> {
  const { items } = await listVersions({ dataset_id: datasetId, limit: 1000 });
  return items.filter((version) => version.created_by === CONTEXT.caller.name
    && version.status !== "failed").length;
}

async function load(datasetId: string, tape: Tape): Promise<void> {
  const bytes = (async function* () {
    for (const piece of tape.text()) yield Buffer.from(piece);
  })();
  await createVersion({ ...CONTEXT, requestId: `first-start-${newId()}` }, datasetId, {
    source_name: tape.name, ...(tape.asOf ? { as_of: tape.asOf, source_system: "demo" } : {}),
  }, { mediaType: tape.mediaType, contentEncoding: null, bytes }, waitS());
}
