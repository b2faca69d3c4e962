"use client";

import type { ReactNode } from "react";
import Link from "next/link";
import { Formula } from "@/components/ui/figure";
import { MINUS } from "@/components/ui/format";
import { Popover } from "@/components/ui/popover";

/** A figure that another one is worked out of, and where it comes from. */
export interface WorkedSource {
  name: string;
  text: string;
  href: string;
}

/** How a figure that is no evidence of its own was worked out. */
export interface Working {
  /** What the figure is: "Loss difference of Market crash, EUR". */
  title: string;
  /** "Other run − base run" */
  formula: string;
  /** The same with the values filled in. */
  filled: string;
  sources: readonly WorkedSource[];
}

const inBrackets = (text: string): string => text.startsWith(MINUS) ? `(${text})` : text;

/** A difference: both sides and the subtraction; `relative` divides it by the base. */
export function differenceOf(
  title: string, base: WorkedSource, other: WorkedSource, relative = false,
): Working {
  const [name, text] = [`${other.name} ${MINUS} ${base.name}`,
    `${inBrackets(other.text)} ${MINUS} ${inBrackets(base.text)}`];
  return { title, sources: [base, other], formula: relative ? `(${name}) / |${base.name}|` : name,
    filled: relative ? `(${text}) / |${base.text}|` : text };
}

/** One figure as a share of another. */
export const shareOf = (title: string, part: WorkedSource, whole: WorkedSource): Working => ({
  title, sources: [part, whole], formula: `${part.name} / ${whole.name}`,
  filled: `${part.text} / ${whole.text}` });

/** Between what stands apart, so that it is not read as one word. */
const Said = ({ children }: { children: string }) => <span className="vh">{children}</span>;

function WorkedOut({ work, result }: { work: () => Working; result: ReactNode }) {
  const { title, formula, filled, sources } = work();
  return (
    <div className="worked">
      <b>{title}<Said>. </Said></b>
      <Formula rows={[]} total={{ symbol: <>{formula}<Said>: </Said></>,
        fill: <>{filled}<Said> = </Said></>, result: <>{result}<Said>. </Said></> }} />
      <ul>
        {sources.map(({ name, text, href }) => (
          <li key={name}><Link href={href}>{name}: {text}</Link></li>
        ))}
      </ul>
    </div>
  );
}

/** A figure that opens how it was worked out, with what it was worked out of. */
export function WorkedFigure({ work, children }: { work: () => Working; children: ReactNode }) {
  return (
    <Popover label="How the figure is worked out" align="end"
      trigger={<button type="button" className="fig-link">{children}</button>}>
      <WorkedOut work={work} result={children} />
    </Popover>
  );
}
