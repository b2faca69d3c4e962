import { Banner } from "@/components/ui/banner";
import { time } from "@/components/ui/format";
import type { TracedVersion } from "./trace-words";

/** What an erasure took, and what it left. */
export function Erasure({ version }: { version: TracedVersion }) {
  if (version.erased_at === null) return null;
  return (
    <Banner icon="trash" title={`The content was erased at ${time(version.erased_at)}.`}>
      What rows and results said is gone. Their hashes, their places under the content hash and in
      the evidence log remain, and still prove what there was and when it was recorded.
    </Banner>
  );
}
