// Loaded before a server that a test starts: its first calculating thread ends under its work.
import { syncBuiltinESMExports } from "node:module";
import workers from "node:worker_threads";

let isLost = false;
workers.Worker = class extends workers.Worker {
  constructor(file, options) {
    super(file, options);
    this.calculates = String(file).endsWith("thread.mjs");
  }

  postMessage(...message) {
    super.postMessage(...message);
    if (isLost || !this.calculates) return;
    isLost = true;
    void this.terminate();
  }
};
syncBuiltinESMExports();
