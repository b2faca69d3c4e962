import next from "eslint-config-next";
import nextTypescript from "eslint-config-next/typescript";

/** Which room may import which: the table of docs/architecture.md, enforced. */
const rooms = {
  "lib/kernel": [],
  "lib/risk": ["lib/kernel"],
  "lib/evidence": ["lib/kernel"],
  "lib/tape": ["lib/kernel"],
  "lib/portfolio": ["lib/kernel", "lib/risk"],
  "lib/report": ["lib/kernel", "lib/risk"],
  "lib/bundle": ["lib/kernel", "lib/risk", "lib/evidence", "lib/portfolio"],
  "lib/contract": ["lib/kernel", "lib/risk", "lib/evidence", "lib/tape"],
  "lib/service": [
    "lib/kernel", "lib/risk", "lib/evidence", "lib/tape", "lib/portfolio", "lib/report",
    "lib/bundle", "lib/contract",
  ],
  "lib/door": ["lib/service", "lib/contract", "lib/kernel", "lib/bundle"],
  "lib/client": ["lib/contract"],
  "app/api": ["lib/door", "lib/contract"],
  "components": [
    "lib/client", "lib/contract", "lib/risk", "lib/portfolio", "lib/evidence", "lib/bundle",
    "lib/kernel",
  ],
  "app/(pages)": ["components", "lib/client", "lib/contract", "lib/kernel", "lib/service"],
};
/** The floors of `lib/service`, the lowest first: none imports one above it. */
const floors = [
  "platform", "audit", "controls", "access", "calculation", "jobs", "datasets", "stress", "kpis",
  "imports", "scenarios", "runs", "analyses", "evidence", "reports", "retention", "operations",
];
const floorZones = floors.flatMap((floor, index) => floors.slice(index + 1).map((above) => ({
  target: `./lib/service/${floor}`,
  from: `./lib/service/${above}`,
  message: `${floor} stands below ${above}: it may import ${floors.slice(0, index).join(", ") || "no other floor"}.`,
})));
const names = Object.keys(rooms);
const zones = [...floorZones, ...names.flatMap((room) => {
  const closed = names.filter((other) => other !== room && !rooms[room].includes(other));
  return closed.map((from) => ({
    target: `./${room}`,
    from: `./${from}`,
    message: `${room} may import ${rooms[room].join(", ") || "nothing of ours"}.`,
  }));
})];
const database = {
  target: "./lib",
  from: "./lib/service/db/generated",
  message: "Only lib/service/db imports the database client.",
};

const databaseClients = ["pg", "pg-copy-streams", "@prisma/client", "@prisma/adapter-pg",
  "graphile-worker"];

const eslintConfig = [
  { ignores: [".next/**", "lib/service/db/generated/**", "next-env.d.ts", ".data/**",
    "test-results/**", "playwright-report/**", "public/todiscope-verify.mjs"] },
  ...next,
  ...nextTypescript,
  {
    rules: {
      "import/no-restricted-paths": ["error", { zones }],
      "max-len": ["error", { code: 100, ignoreUrls: true, ignoreStrings: true,
        ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": ["error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
    },
  },
  {
    files: ["lib/**/*.{ts,tsx}", "app/**/*.{ts,tsx}", "components/**/*.{ts,tsx}"],
    ignores: ["**/*.test.ts", "**/*.test.tsx"],
    rules: {
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 70, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["components/**/*.tsx", "app/**/*.tsx"],
    rules: {
      "no-restricted-syntax": ["error", {
        selector: "JSXOpeningElement[name.name=/^([a-z]|Link$|Icon$)/] > "
          + "JSXAttribute[name.name='title']",
        message: "A native title is out of reach of keyboard and touch: data-tip or Tip.",
      }],
    },
  },
  {
    // Pure rooms read no clock, environment or unseeded randomness.
    files: ["lib/kernel/**/*.ts", "lib/risk/**/*.ts", "lib/evidence/**/*.ts", "lib/tape/**/*.ts",
      "lib/portfolio/**/*.ts"],
    ignores: ["**/*.test.ts"],
    rules: {
      "no-restricted-globals": ["error", "fetch", "localStorage", "window", "document"],
      "no-restricted-properties": ["error",
        { object: "Date", property: "now", message: "Time is an argument here." },
        { object: "Math", property: "random", message: "Randomness is seeded here." },
        { object: "process", property: "env", message: "The environment is an argument here." }],
      "no-restricted-syntax": ["error", {
        selector: "NewExpression[callee.name='Date'][arguments.length=0]",
        message: "Time is an argument here.",
      }],
    },
  },
  {
    files: ["lib/**/*.ts", "app/**/*.{ts,tsx}", "components/**/*.{ts,tsx}"],
    ignores: ["lib/service/db/**"],
    rules: {
      "no-restricted-imports": ["error", { paths: databaseClients.map((name) => ({
        name, message: "Only lib/service/db talks to the database.",
      })) }],
    },
  },
  { files: ["lib/**/*.ts"], ignores: ["lib/service/db/**"],
    rules: { "import/no-restricted-paths": ["error", { zones: [...zones, database] }] } },
  { files: ["scripts/**", "bench/**", "e2e/**"],
    rules: { "no-console": "off", "react-hooks/rules-of-hooks": "off" } },
];

export default eslintConfig;
