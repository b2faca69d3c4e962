import type { SegmentShock } from "@/lib/risk";
import { segmentShockWords, segmentWords } from "./segment-words";

/** What single segments get beside a scenario's own shocks; the last that fits wins. */
export function SegmentList({ segments }: { segments: readonly SegmentShock[] | undefined }) {
  if (!segments || segments.length === 0) return null;
  return (
    <ul className="segment-list" aria-label="Segment shocks">
      {segments.map((segment, index) => (
        <li key={index}>
          <span>{segmentWords(segment)}</span> <span className="num">{segmentShockWords(segment)}</span>
        </li>
      ))}
    </ul>
  );
}
