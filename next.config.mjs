/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  serverExternalPackages: [
    "pg", "@prisma/adapter-pg", "@prisma/client", "@node-rs/argon2", "pino", "prom-client",
    "pdfkit", "@aws-sdk/client-s3", "graphile-worker", "@opentelemetry/api", "@opentelemetry/sdk-trace-node",
    "@opentelemetry/exporter-trace-otlp-http", "@opentelemetry/resources",
  ],
  // Types are a step of `npm test`; checking them again would double the first start's build.
  typescript: { ignoreBuildErrors: true },
  outputFileTracingRoot: import.meta.dirname,
};

export default config;
