import pino, { type Logger } from "pino";
import { environment } from "./environment";
import { processState } from "./process-state";

/** The process's JSON log; secrets are redacted by name wherever they appear. */
export const log = (): Logger => processState("log", () => pino({
  level: environment().TODISCOPE_LOG_LEVEL,
  redact: {
    paths: ["*.password", "*.secret", "*.token", "*.authorization", "*.cookie", "password",
      "secret", "token", "authorization", "cookie"],
    censor: "[redacted]",
  },
  timestamp: pino.stdTimeFunctions.isoTime,
}));
