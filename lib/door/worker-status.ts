import { createServer, type Server } from "node:http";
import type { OperationName } from "@/lib/contract/operations";
import { answerNode, answerUnreadable } from "./node-http";

/** What a process without a web server is asked by those who watch it. */
const SERVED: ReadonlySet<OperationName> =
  new Set<OperationName>(["metrics", "health", "healthLive", "healthReady"]);

/**
 * Serves metrics and health of a worker at the addresses and by the rules that a server has: the
 * figures are those of this process. @throws Error with one line an operator can act on.
 */
export async function serveStatus(port: number): Promise<Server> {
  const server = createServer((request, response) => {
    answerNode(request, response, SERVED)
      .then((answered) => answered ? undefined
        : response.writeHead(404, { "content-type": "text/plain" }).end("A worker has no pages.\n"))
      .catch(() => { if (!response.headersSent) response.writeHead(500); response.end(); });
  });
  server.on("clientError", answerUnreadable);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(new Error(
      error.code === "EADDRINUSE"
        ? `Port ${port} is taken; set TODISCOPE_WORKER_METRICS_PORT to a free one.`
        : `Port ${port} cannot be used: ${error.message}`)));
    server.listen(port, resolve);
  });
  return server;
}
