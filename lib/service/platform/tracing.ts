import type * as Api from "@opentelemetry/api";
import type { Environment } from "./environment";
import { processState } from "./process-state";

type Tracing = { api: typeof Api; tracer: Api.Tracer; stop(): Promise<void> };
type Attributes = Record<string, string | number | boolean>;

const state = () => processState<{ on: Tracing | null }>("tracing", () => ({ on: null }));

/**
 * Sends spans to the collector that the environment names. Without one nothing of OpenTelemetry is
 * even loaded. The libraries read their other OTEL_* variables themselves.
 */
export async function startTracing(environment: Environment): Promise<void> {
  if (!environment.OTEL_EXPORTER_OTLP_ENDPOINT || state().on) return;
  const [api, sdk, { OTLPTraceExporter }, { defaultResource, resourceFromAttributes }] =
    await Promise.all([
      import("@opentelemetry/api"), import("@opentelemetry/sdk-trace-node"),
      import("@opentelemetry/exporter-trace-otlp-http"), import("@opentelemetry/resources"),
    ]);
  const provider = new sdk.NodeTracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({ "service.name": environment.OTEL_SERVICE_NAME })),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  state().on = { api, tracer: api.trace.getTracer("todiscope"),
    stop: () => provider.shutdown() };
}

/** Sends what is still waiting; the process is about to exit. */
export async function stopTracing(): Promise<void> {
  const { on } = state();
  state().on = null;
  await on?.stop();
}

/** Trace and span of the present code, for log lines. */
export function traceFields(): { trace_id?: string; span_id?: string } {
  const span = state().on?.api.trace.getActiveSpan()?.spanContext();
  return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
}

/** Runs `work` in a span of its own, as part of the span around it. */
export const inSpan = <T>(
  name: string, attributes: Attributes, work: () => Promise<T>,
): Promise<T> => {
  const { on } = state();
  return on ? spanned(on, name, { attributes }, on.api.context.active(), work) : work();
};

type Served = { status: number };

/** As `inSpan`, for a request: part of the caller's trace (W3C `traceparent`), with its status. */
export function inServerSpan<T extends Served>(
  name: string, header: (name: string) => string | null, attributes: Attributes,
  work: () => Promise<T>,
): Promise<T> {
  const { on } = state();
  if (!on) return work();
  const { api } = on;
  const parent = api.propagation.extract(api.ROOT_CONTEXT, header,
    { get: (from, key) => from(key) ?? undefined, keys: () => [] });
  const note = (span: Api.Span, answer: T): void => {
    span.setAttribute("http.response.status_code", answer.status);
    if (answer.status >= 500) span.setStatus({ code: api.SpanStatusCode.ERROR });
  };
  return spanned(on, name, { attributes, kind: api.SpanKind.SERVER }, parent, work, note);
}

function spanned<T>(
  { api, tracer }: Tracing, name: string, options: Api.SpanOptions, parent: Api.Context,
  work: () => Promise<T>, note?: (span: Api.Span, result: T) => void,
): Promise<T> {
  return tracer.startActiveSpan(name, options, parent, async (span) => {
    try {
      const result = await work();
      note?.(span, result);
      return result;
    } catch (error) {
      // Its name only: a message may quote what nobody outside is to see.
      span.setStatus({ code: api.SpanStatusCode.ERROR, message: (error as Error).name });
      throw error;
    } finally {
      span.end();
    }
  });
}
