"use client";

import { Icon } from "@/components/ui/icon";
import { ApiReference } from "./api-reference";
import { DocsPage } from "./docs-page";
import type { Reference } from "./reference";

export function DocsView({ reference }: { reference: Reference }) {
  return (
    <DocsPage current="/docs" title="Docs"
      sub="The HTTP interface, the formulas behind every figure, and the words used here."
      actions={(
        <a className="btn" href="/api/v3/openapi.json" download="todiscope-openapi.json">
          <Icon name="dl" />OpenAPI 3.1
        </a>
      )}>
      <ApiReference reference={reference} />
    </DocsPage>
  );
}
