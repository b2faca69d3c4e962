const TICK_MS = 1000;
const STOP_MS = 3000;

/** Work that is done about once a second, one turn after the other, until the process ends. */
export class Turns {
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private stopped = false;

  /** @param work one turn; it handles its own errors */
  constructor(private readonly work: (isLast: boolean) => Promise<void>) {}

  get isStopped(): boolean { return this.stopped; }

  start(): void {
    this.next(0);
  }

  /** No turns after this; `withLast` adds one to those that were, but not for ever. */
  async stop(withLast: boolean): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    if (!withLast) return;
    const last = this.turn.then(() => this.work(true));
    const late = new Promise((resolve) => { setTimeout(resolve, STOP_MS).unref(); });
    await Promise.race([last, late]);
  }

  private next(inMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.turn = this.work(false).then(() => this.next(TICK_MS));
    }, inMs);
    this.timer.unref();
  }
}
