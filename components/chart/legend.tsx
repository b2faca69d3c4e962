/** What the colours of a chart stand for, and the unit of its figures. */
export function Legend({ items, unit }: {
  items: readonly { label: string; colour: string }[]; unit?: string;
}) {
  return (
    <span className="legend">
      {items.map(({ label, colour }) => (
        <span key={label}><i style={{ background: colour }} />{label}</span>
      ))}
      {unit === undefined ? null : <span className="muted">{unit}</span>}
    </span>
  );
}
