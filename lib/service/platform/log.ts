import pino, { type Logger } from "pino";
import { environment } from "./environment";
import { processState } from "./process-state";
import { redacted, redactedText } from "./redaction";
import { requestScope } from "./request-scope";
import { traceFields } from "./tracing";

/**
 * The process's JSON log. Every line written while a request is handled names the request, its
 * operation and its caller; secrets are taken out by name at any depth, and out of texts by shape.
 */
export const log = (): Logger => processState("log", () => pino({
  level: environment().TODISCOPE_LOG_LEVEL,
  mixin: () => ({ ...requestScope(), ...traceFields() }),
  formatters: { log: (line) => redacted(line) as Record<string, unknown> },
  hooks: { streamWrite: redactedText },
  timestamp: pino.stdTimeFunctions.isoTime,
}));

/**
 * Lets the process outlive whoever reads its output: a write to a terminal or pipe that is gone
 * would otherwise be an uncaught error, which is written there too, again and again.
 */
export function outliveReader(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
}
