import { stopWorker } from "@/lib/service/operations/job-worker";
import { startUp } from "@/lib/service/operations/start-up";

// `npm start` has prepared everything by now; a plain `next start` or `next dev` finds here what
// it needs to serve.
if (!process.env.TODISCOPE_STARTED_BY) {
  const { embedded, oneTimePassword } = await startUp(process.cwd());
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => { void stopWorker().finally(() => embedded?.stop()); });
  }
  if (oneTimePassword) process.stdout.write(`One-time password: ${oneTimePassword}\n`);
}
