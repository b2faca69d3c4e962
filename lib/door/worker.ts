import { startSequencer, stopSequencer } from "@/lib/service/audit/audit-sequencer";
import { startLogSequencer, stopLogSequencer } from "@/lib/service/evidence/evidence-log-sequencer";
import { startControls, stopControls } from "@/lib/service/controls/controls";
import { closeDatabase } from "@/lib/service/db/database";
import { runningDatabaseUrl } from "@/lib/service/db/embedded";
import { parseEnvironment } from "@/lib/service/platform/environment";
import { startWorker, stopWorker } from "@/lib/service/operations/job-worker";
import { noteSources } from "@/lib/service/controls/kill-switch-notes";
import { databaseName, prepareDatabase } from "@/lib/service/operations/start-up";
import { startTracing } from "@/lib/service/platform/tracing";
import { serveStatus } from "./worker-status";

/** A worker without a web server: it takes jobs until `stop`, which drains it. */
export type RunningWorker = { stop(): Promise<void>; lost: Promise<string> };

const LOOK_MS = 2000;
/** A database that crashed is back within seconds, on the same address. */
const LOST_AFTER_LOOKS = 8;

/**
 * Works on the jobs of the environment's database, else of the embedded one that a server of the
 * same data folder runs. `lost` resolves with a reason when that server has gone.
 * @throws Error with one line an operator can act on.
 */
export async function work(root: string): Promise<RunningWorker> {
  const environment = parseEnvironment(process.env);
  const given = environment.TODISCOPE_DATABASE_URL;
  const folder = environment.TODISCOPE_DATA_DIR;
  const url = given ?? runningDatabaseUrl(folder);
  if (url === null) {
    throw new Error(`No server runs on the data folder ${folder}. Start one (npm start), or set ` +
      "TODISCOPE_DATABASE_URL.");
  }
  process.env.TODISCOPE_DATABASE_URL = url;
  await startTracing(environment);
  await prepareDatabase(root, environment);
  await startControls(noteSources);
  startSequencer(databaseName(environment));
  startLogSequencer(databaseName(environment));
  const port = environment.TODISCOPE_WORKER_METRICS_PORT;
  const status = port === undefined ? null : await serveStatus(port);
  await startWorker();
  let watch: NodeJS.Timeout | undefined;
  const lost = new Promise<string>((resolve) => {
    if (given !== undefined) return;
    let missing = 0;
    watch = setInterval(() => {
      missing = runningDatabaseUrl(folder) === url ? 0 : missing + 1;
      if (missing >= LOST_AFTER_LOOKS) resolve("The server whose database it used has stopped.");
    }, LOOK_MS);
  });
  return {
    lost,
    stop: async () => {
      clearInterval(watch);
      await stopWorker();
      // Until here: a worker that drains is alive, and is to be seen.
      status?.close();
      status?.closeAllConnections();
      stopControls();
      await stopSequencer();
      await stopLogSequencer();
      await closeDatabase().catch(() => undefined);
    },
  };
}
