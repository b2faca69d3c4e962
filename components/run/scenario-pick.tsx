import type { ReactNode } from "react";

/** The scenario that is picked in a run's views; null while the worst stands for all. */
export interface ScenarioPick {
  id: string | null;
  toggle: (id: string) => void;
}

/** A scenario's name in a table, which picks it in every view of the run. */
export function PickScenario({ id, pick, children }: {
  id: string; pick: ScenarioPick; children: ReactNode;
}) {
  return (
    <button type="button" className="plain" aria-pressed={id === pick.id}
      onClick={() => pick.toggle(id)}>
      {children}
    </button>
  );
}
