import { createPrivateKey, type KeyObject } from "node:crypto";
import { z } from "zod";
import { FLAG_NUMBER_LIMIT, type FlagName } from "@/lib/contract/feature-flags";
import { ROLES, type Role } from "@/lib/contract/roles";
import { EnvironmentError } from "./environment-error";

const flag = z.enum(["true", "false", "1", "0", "yes", "no", "on", "off"])
  .transform((text) => ["true", "1", "yes", "on"].includes(text));
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const list = z.string().transform((text) =>
  text.split(",").map((part) => part.trim()).filter((part) => part !== ""));

/** A bootstrap token of TODISCOPE_API_TOKENS. */
export type BootstrapToken = { name: string; roles: Role[]; secret: string };

const bootstrapTokens = z.string().transform((text, context): BootstrapToken[] =>
  text.split(",").filter((part) => part.trim() !== "").flatMap((part, index) => {
    const [name = "", roles = "", ...secret] = part.trim().split(":");
    const token = { name, roles: roles.split("+") as Role[], secret: secret.join(":") };
    const unknown = token.roles.filter((role) => !ROLES.includes(role));
    const complain = (message: string): BootstrapToken[] => {
      context.addIssue({ code: "custom", message: `token ${index + 1}: ${message}` });
      return [];
    };
    if (name === "") return complain("a token is name:ROLE+ROLE:secret");
    if (unknown.length > 0) return complain(`unknown role; roles are ${ROLES.join(", ")}`);
    if (token.secret.length < 24) return complain("the secret needs at least 24 characters");
    return [token];
  }));

/** `group=ROLE+ROLE` of OIDC_ROLE_MAP. */
const roleMap = z.string().transform((text, context): Map<string, Role[]> => {
  const map = new Map<string, Role[]>();
  for (const part of text.split(",").filter((one) => one.trim() !== "")) {
    const at = part.lastIndexOf("=");
    const group = part.slice(0, Math.max(0, at)).trim();
    const roles = part.slice(at + 1).split("+").map((role) => role.trim()) as Role[];
    if (group === "") {
      context.addIssue({ code: "custom", message: "group=ROLE+ROLE, separated by commas" });
    } else if (roles.some((role) => !ROLES.includes(role))) {
      context.addIssue({ code: "custom",
        message: `group "${group}" has an unknown role; roles are ${ROLES.join(", ")}` });
    } else {
      map.set(group, ROLES.filter((role) => roles.includes(role)
        || (map.get(group) ?? []).includes(role)));
    }
  }
  return map;
});

/** A provider that could be read and answered on the way would decide who is who. */
const issuer = z.url().transform((url) => url.replace(/\/$/, "")).refine((url) => {
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}, "an https:// URL");

const databaseUrl = z.string().transform((url) => url.replace(/^postgresql\+asyncpg:/, "postgresql:"))
  .refine((url) => /^postgres(ql)?:\/\/./.test(url), "a postgresql:// URL");

/** A ClickHouse cluster: where its shards answer HTTP, and the names its tables live under. */
export type ClusterAddress = {
  shards: { url: string; user: string; password: string }[]; database: string; cluster: string;
};

/** `http://name:password@host:8123/database?cluster=name`, one for each shard, the first asked. */
const clusterAddress = z.string().transform((text, context): ClusterAddress => {
  const urls = text.split(",").map((part) => part.trim()).filter((part) => part !== "")
    .map((part) => URL.canParse(part) ? new URL(part) : null);
  const names = (url: URL | null | undefined) => ({
    database: decodeURIComponent(url?.pathname.slice(1) ?? "") || "default",
    cluster: url?.searchParams.get("cluster") ?? "todiscope" });
  const { database, cluster } = names(urls[0]);
  const complain = (message: string): void => context.addIssue({ code: "custom", message });
  if (urls.length === 0 || urls.some((url) => !url || !/^https?:$/.test(url.protocol))) {
    complain("http:// or https:// URLs, one for each shard, separated by commas");
  } else if ([database, cluster].some((name) => !/^\w+$/.test(name))) {
    complain("a database and a cluster named in letters, digits and underscores");
  } else if (urls.some((url) => JSON.stringify(names(url)) !== JSON.stringify(names(urls[0])))) {
    complain("URLs that name one database and one cluster");
  }
  return { database, cluster, shards: urls.flatMap((url) => url === null ? []
    : [{ url: url.origin, user: decodeURIComponent(url.username) || "default",
      password: decodeURIComponent(url.password) }]) };
});

/** An Ed25519 private key: 32 bytes as base64, or PKCS#8 as PEM with its lines joined by \\n. */
const signingKey = z.string().transform((text, context): KeyObject => {
  try {
    const seed = Buffer.from(text, "base64");
    const key = text.includes("PRIVATE KEY")
      ? createPrivateKey(text.replaceAll("\\n", "\n"))
      : createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, seed]), format: "der", type: "pkcs8" });
    const isWhole = text.includes("PRIVATE KEY") || seed.length === 32;
    if (isWhole && key.asymmetricKeyType === "ed25519") return key;
  } catch { /* refused below */ }
  context.addIssue({ code: "custom",
    message: "an Ed25519 private key: 32 bytes as base64, or PKCS#8 as PEM" });
  return z.NEVER;
});
/** What stands before the 32 bytes of a key in PKCS#8. */
const ED25519_PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** Every feature flag is a variable: one that is missing here does not compile. */
const variables = z.object({
  PORT: whole(1, 65535).default(3000),
  TODISCOPE_DATABASE_URL: databaseUrl.optional(),
  TODISCOPE_DATA_DIR: z.string().min(1).default(".data"),
  TODISCOPE_ENABLED_ENGINES: list.default(["engine_distressed_asset_debt_stress"]),
  TODISCOPE_DB_POOL_SIZE: whole(1, 500).default(5),
  TODISCOPE_DB_CONNECT_TIMEOUT_S: whole(1, 600).default(30),
  TODISCOPE_THREADS: whole(1, 64).optional(),
  TODISCOPE_ARTIFACT_STORE_URL: z.string().refine((text) => /^file:\/\/\/./.test(text)
    || /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/.*)?$/s.test(text),
  "file:///folder or s3://bucket/prefix").optional(),
  TODISCOPE_COLUMNS_CACHE_MB: whole(1, 1_000_000).default(512),
  TODISCOPE_API_TOKENS: bootstrapTokens.default([]),
  TODISCOPE_LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
  TODISCOPE_RATE_LIMIT: whole(0, 1_000_000).default(0),
  TODISCOPE_INBOX: z.string().min(1).refine(
    (text) => !text.startsWith("s3:") || /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/.*)?$/s.test(text),
    "a folder, or s3://bucket/prefix").optional(),
  AWS_ACCESS_KEY_ID: z.string().min(1).optional(),
  AWS_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  AWS_DEFAULT_REGION: z.string().min(1).default("us-east-1"),
  AWS_ENDPOINT_URL: z.url({ protocol: /^https?$/ }).optional(),
  TODISCOPE_SCALE_OUT_URL: clusterAddress.optional(),
  TODISCOPE_WORKER: z.enum(["on", "off"]).default("on"),
  TODISCOPE_WORKER_METRICS_PORT: whole(1, 65535).optional(),
  KILL_SWITCH_ENABLED: flag.default(false),
  KILL_SWITCH_REASON: z.string().default("Set by the environment."),
  STRICT_VALIDATION: flag.optional(),
  AUTO_APPROVAL: flag.optional(),
  AUTO_APPROVAL_MAX_NOTIONAL: z.coerce.number().min(0).max(FLAG_NUMBER_LIMIT).optional(),
  BINDING_APPROVALS: flag.optional(),
  NEW_POLICY_RULES: flag.optional(),
  ENABLE_DASHBOARD: flag.optional(),
  ENABLE_MCP_SERVER: flag.optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  OTEL_SERVICE_NAME: z.string().min(1).default("todiscope"),
  NEXTAUTH_URL: z.url().optional(),
  NEXTAUTH_SECRET: z.string().min(16).optional(),
  OIDC_ISSUER: issuer.optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  TODISCOPE_PRIVACY_KEY: z.string().min(24).optional(),
  TODISCOPE_LOG_KEY: signingKey.optional(),
  TODISCOPE_LOG_PUBLISH_DIR: z.string().min(1).optional(),
  TODISCOPE_LOG_PUBLISH_URL: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_NAME: z.string().min(1).max(40).default("single sign-on"),
  OIDC_SCOPES: z.string().default("openid email profile"),
  OIDC_ROLES_CLAIM: z.string().min(1).default("groups"),
  OIDC_ROLE_MAP: roleMap.default(new Map()),
  OIDC_ALLOWED_DOMAINS: list.default([]),
  OIDC_ONLY: flag.default(false),
  ROLE_CHANGE_APPROVAL: flag.default(false),
  TODISCOPE_PASSWORD_MAX_AGE_DAYS: whole(0, 3650).default(0),
} satisfies Record<FlagName, z.ZodType> & Record<string, z.ZodType>);

const schema = variables.superRefine((values, context) => {
  const required = values.OIDC_ISSUER ? ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"] as const
    : values.OIDC_ONLY ? ["OIDC_ISSUER"] as const : [];
  for (const name of required) {
    if (values[name] !== undefined) continue;
    const because = name === "OIDC_ISSUER" ? "OIDC_ONLY" : "OIDC_ISSUER";
    context.addIssue({ code: "custom", path: [name], message: `set, because ${because} is` });
  }
});

/** The environment of API.md, parsed; secrets included, so it is never logged. */
export type Environment = z.infer<typeof schema>;

const SECRETS = new Set(["TODISCOPE_DATABASE_URL", "TODISCOPE_API_TOKENS", "NEXTAUTH_SECRET",
  "OIDC_CLIENT_SECRET", "TODISCOPE_PRIVACY_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
  "TODISCOPE_SCALE_OUT_URL", "TODISCOPE_LOG_KEY", "TODISCOPE_LOG_PUBLISH_URL"]);

/**
 * Parses the environment once; an empty variable counts as unset.
 * @throws EnvironmentError naming variable, what it holds (secrets aside) and what it should hold.
 */
export function parseEnvironment(source: NodeJS.ProcessEnv): Environment {
  const given = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const holds = SECRETS.has(name) ? "a value that is not shown" : `"${source[name] ?? ""}"`;
    return `${name} holds ${holds}; it should be: ${issue.message}`;
  });
  throw new EnvironmentError(lines.join("\n"));
}

/** The sign-in provider, when one is configured. */
export type Provider = { issuer: string; clientId: string; clientSecret: string; name: string };

export function signInProvider(from = environment()): Provider | null {
  const { OIDC_ISSUER: url, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = from;
  if (url === undefined || clientId === undefined || clientSecret === undefined) return null;
  return { issuer: url, clientId, clientSecret, name: from.OIDC_NAME };
}

let parsed: Environment | undefined;

/** The process's environment, parsed at first use. */
export function environment(): Environment {
  parsed ??= parseEnvironment(process.env);
  return parsed;
}

/** Whether a variable is set, and not only its default in force. */
export const isInEnvironment = (name: keyof Environment): boolean =>
  process.env[name] !== undefined && process.env[name] !== "";
