// Asks a server for life again and again until its input ends, then writes how long each answer
// took: a process of its own, as who sends a tape has no time to ask.
import { setTimeout as pause } from "node:timers/promises";

const [url, pauseMs] = [process.argv[2], Number(process.argv[3])];
const waits = [];
let over = false;
process.stdin.resume().once("end", () => { over = true; });
while (!over) {
  const asked = performance.now();
  await (await fetch(`${url}/health/live`)).text();
  waits.push(performance.now() - asked);
  await pause(pauseMs);
}
process.stdout.write(JSON.stringify(waits));
