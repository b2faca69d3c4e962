"use client";

import { DocsPage } from "./docs-page";
import { Glossary } from "./glossary";

export function GlossaryPage() {
  return (
    <DocsPage current="/docs/glossary" title="Glossary" sub="The words used here, each with its one meaning.">
      <Glossary />
    </DocsPage>
  );
}
