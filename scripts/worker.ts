import { work } from "@/lib/door/worker";
import { outliveReader } from "@/lib/service/platform/log";

/** Works on jobs until a signal asks to stop, or the server whose database it uses is gone. */
export async function runWorker(root: string): Promise<void> {
  outliveReader();
  const worker = await work(root);
  let stopping = false;
  const stop = async (code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    console.log("Stopping");
    await worker.stop();
    process.exit(code);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => { void stop(0); });
  void worker.lost.then((reason) => {
    console.error(`TodiScope: ${reason}`);
    return stop(1);
  });
  // A timer keeps the process: everything else it waits with lets it end.
  setInterval(() => undefined, 60_000);
  console.log("TodiScope works on jobs.");
}
