import { newId } from "@/lib/kernel/ids";
import type { Context } from "@/lib/service/caller";
import { createDataset, listDatasets } from "@/lib/service/datasets";
import { environment } from "@/lib/service/environment";
import { createVersion } from "@/lib/service/imports";
import { killSwitchStatus } from "@/lib/service/kill-switch";
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

/** Loads the demo portfolio and the model's worked example into an empty database. */
export async function seedDemo(): Promise<void> {
  const existing = await listDatasets({ limit: 1 });
  if (existing.items.length > 0) return;
  process.stdout.write("Loading demo data\n");
  const example = await createDataset(CONTEXT, {
    name: "Worked example", base_currency: "EUR",
    description: "The small portfolio of the model's documentation.",
  });
  await load(example.dataset_id, "application/json", "example.json", null,
    [JSON.stringify(exampleRecords)]);
  const demo = await createDataset(CONTEXT, {
    name: "European distressed loans", base_currency: "EUR",
    description: "Synthetic demo data: about 2,000 loans to 600 obligors, three monthly tapes.",
  });
  for (const tape of demoTapes) {
    await load(demo.dataset_id, "text/csv", tape.fileName, tape.asOf, tape.csv());
  }
}

async function load(
  datasetId: string, mediaType: string, name: string, asOf: string | null, text: Iterable<string>,
): Promise<void> {
  const bytes = (async function* () {
    for (const piece of text) yield Buffer.from(piece);
  })();
  await createVersion({ ...CONTEXT, requestId: `first-start-${newId()}` }, datasetId, {
    source_name: name, ...(asOf ? { as_of: asOf, source_system: "demo" } : {}),
  }, { mediaType, contentEncoding: null, bytes }, waitS());
}
