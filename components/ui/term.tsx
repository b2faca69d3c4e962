import type { ReactNode } from "react";
import type { TermId } from "@/components/docs/terms";
import { Icon } from "@/components/ui/icon";

const GLOSSARY = "/docs/glossary";

/**
 * A word of the field where it stands: its definition is shown on hover and on focus, and a click,
 * Enter or a touch holds it open, with the ways to the glossary and the formula. Until the script
 * for that is there, it is the link to the glossary.
 */
export function Term({ id, children }: { id: TermId; children: ReactNode }) {
  return (
    <a className="term" role="button" href={`${GLOSSARY}#${id}`} data-term={id}
      aria-haspopup="dialog">
      {children}
    </a>
  );
}

export interface TermMarkProps {
  ids: readonly TermId[];
  /** What it explains, for who does not see where it stands: "stress losses". */
  of: string;
}

/** The same as a small mark, where the words are a control of their own or a sentence. */
export function TermMark({ ids, of }: TermMarkProps) {
  const [first] = ids;
  if (first === undefined) return null;
  return (
    <a className="term-mark" role="button" href={`${GLOSSARY}#${first}`}
      data-term={ids.join(" ")} aria-haspopup="dialog" aria-label={`What is meant: ${of}`}>
      <Icon name="unk" small />
    </a>
  );
}
