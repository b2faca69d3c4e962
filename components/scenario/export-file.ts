import { downloadText } from "@/components/chart/csv";
import { call } from "@/lib/client/api";

/** Downloads scenarios as a file that an import takes; all that are not archived without ids. */
export async function downloadScenarios(
  ids: readonly string[] | null, stem: string,
): Promise<void> {
  const file = await call("exportScenarios",
    { query: ids === null ? {} : { ids: ids.join(",") } });
  downloadText(`${stem}.json`, `${JSON.stringify(file, null, 2)}\n`, "application/json");
}
