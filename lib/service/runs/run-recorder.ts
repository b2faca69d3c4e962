import { assert } from "@/lib/kernel/assert";
import { isDatabaseGone } from "../db/database";
import { recordRuns, type RunOrder, type RunOutcome } from "../db/run-statement";
import { isHalt, refuseWhenHalted } from "../controls/kill-switch";
import { processState } from "../platform/process-state";

type Waiting = {
  order: RunOrder; resolve: (outcome: RunOutcome) => void; reject: (error: unknown) => void;
};

/**
 * While this many statements are under way, further runs gather and share the next one: under
 * load a statement's fixed cost is paid once for many runs, and a lone run never waits.
 */
const IN_FLIGHT = 2;
const BATCH = 32;

class RunRecorder {
  private waiting: Waiting[] = [];
  private inFlight = 0;

  record(order: RunOrder): Promise<RunOutcome> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ order, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    if (this.inFlight >= IN_FLIGHT || this.waiting.length === 0) return;
    const batch = this.take();
    this.inFlight += 1;
    void this.send(batch).finally(() => {
      this.inFlight -= 1;
      this.next();
    });
  }

  /** The next statement's runs; requests for the same run stand behind one another. */
  private take(): Waiting[][] {
    const batch = new Map<string, Waiting[]>();
    const left: Waiting[] = [];
    for (const entry of this.waiting) {
      const id = entry.order.plan.runId;
      const same = batch.get(id);
      if (same) same.push(entry);
      else if (batch.size < BATCH) batch.set(id, [entry]);
      else left.push(entry);
    }
    this.waiting = left;
    return [...batch.values()];
  }

  private async send(batch: readonly Waiting[][]): Promise<void> {
    try {
      refuseWhenHalted(); // it may have been set while these runs waited
      const outcomes = await recordRuns(batch.flatMap(([first]) => first ? [first.order] : []));
      for (const same of batch) this.settle(same, outcomes);
    } catch (error) {
      if (batch.length === 1 || isDatabaseGone(error) || isHalt(error)) {
        for (const entry of batch.flat()) entry.reject(error);
        return;
      }
      // One run's fault must not fail its neighbours: each tries alone.
      for (const same of batch) await this.send([same]);
    }
  }

  /**
   * What was stored before was compared after every one of these requests had come in, so they
   * share the outcome. Of a run that was written just now only the first has: the others ask again.
   */
  private settle(same: readonly Waiting[], outcomes: ReadonlyMap<string, RunOutcome>): void {
    const [first, ...others] = same;
    const outcome = first && outcomes.get(first.order.plan.runId);
    assert(outcome, "the run statement answers for every run");
    first.resolve(outcome);
    if (outcome.replayed || outcome.conflict) others.forEach((entry) => entry.resolve(outcome));
    else this.waiting.unshift(...others);
  }
}

/** Records a computed run, together with others that are waiting. */
export const recordRun = (order: RunOrder): Promise<RunOutcome> =>
  processState("run-recorder", () => new RunRecorder()).record(order);
