import { expect, it } from "vitest";
import type { Operation } from "./operation";
import { fullPath, operationNames, operations } from "./operations";

const HEAD = `/**
 * Where each operation is, for the browser, which does not need the schemas. Made of the table:
 * \`npx vitest run --project unit lib/contract/routes.test.ts -u\` writes it anew. \`keyed\`: a call
 * carries an idempotency key.
 */
export const ROUTES = {
`;

function lineOf(name: (typeof operationNames)[number]): string {
  const entry: Operation = operations[name];
  const keyed = entry.creates && !entry.shownOnce ? ", keyed: true" : "";
  return `  ${name}: { method: "${entry.method}", path: "${fullPath(entry)}"${keyed} },\n`;
}

it("routes.ts says of every operation where it is", async () => {
  await expect(`${HEAD}${operationNames.map(lineOf).join("")}} as const;\n`)
    .toMatchFileSnapshot("./routes.ts");
});
