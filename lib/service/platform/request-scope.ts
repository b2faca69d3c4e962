import { AsyncLocalStorage } from "node:async_hooks";
import { processState } from "./process-state";

/** What every log line written on behalf of a request, or of a job, carries. */
export type RequestScope = {
  request_id?: string; correlation_id?: string; operation: string; caller?: string;
  job_id?: string;
};

const scopes = () =>
  processState("request-scope", () => new AsyncLocalStorage<RequestScope>());

/** Runs `work`, and whatever it starts, in the name of a request or a job. */
export const inRequest = <T>(scope: RequestScope, work: () => T): T => scopes().run(scope, work);

/** Names the caller, once known, on the lines that follow. */
export function noteCaller(name: string): void {
  const scope = scopes().getStore();
  if (scope) scope.caller = name;
}

/** The request in whose name the present code runs. */
export const requestScope = (): RequestScope | undefined => scopes().getStore();
