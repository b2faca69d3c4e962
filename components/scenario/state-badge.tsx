import { Badge } from "@/components/ui/badge";
import type { ScenarioState } from "@/lib/contract/facts";
import { stateBadge, stateWord } from "./scenario-words";

export function StateBadge({ state }: { state: ScenarioState }) {
  return <Badge state={stateBadge(state)}>{stateWord(state)}</Badge>;
}

export function Tags({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return null;
  return (
    <ul className="tags" aria-label="Tags">
      {tags.map((tag) => <li key={tag}><span className="badge">{tag}</span></li>)}
    </ul>
  );
}
