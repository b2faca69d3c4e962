/** Whether one of two items comes before the other: below 0 where it does. */
export type Compare = (value: number, row: number, other: number, otherRow: number) => number;

/** The first few of many, in a heap whose top is the last of them. */
export class FirstOf {
  private readonly values: Float64Array;
  private readonly rowOf: Float64Array;
  private count = 0;

  constructor(private readonly most: number, private readonly compare: Compare) {
    this.values = new Float64Array(most);
    this.rowOf = new Float64Array(most);
  }

  add(value: number, row: number): void {
    if (this.count < this.most) {
      this.count += 1;
      this.rise(this.count - 1, value, row);
    } else if (this.most > 0 && this.compare(value, row, this.values[0] as number,
      this.rowOf[0] as number) < 0) this.sink(value, row);
  }

  rows(): number[] {
    return Array.from({ length: this.count }, (_, at) => at)
      .sort((a, b) => this.compareAt(a, b)).map((at) => this.rowOf[at] as number);
  }

  private compareAt(a: number, b: number): number {
    return this.compare(this.values[a] as number, this.rowOf[a] as number,
      this.values[b] as number, this.rowOf[b] as number);
  }

  private rise(from: number, value: number, row: number): void {
    this.put(from, value, row);
    for (let at = from; at > 0;) {
      const above = (at - 1) >> 1;
      if (this.compareAt(at, above) <= 0) return;
      this.swap(at, above);
      at = above;
    }
  }

  private sink(value: number, row: number): void {
    this.put(0, value, row);
    for (let at = 0; ;) {
      const left = at * 2 + 1;
      if (left >= this.count) return;
      const right = left + 1;
      const larger = right < this.count && this.compareAt(right, left) > 0 ? right : left;
      if (this.compareAt(at, larger) >= 0) return;
      this.swap(at, larger);
      at = larger;
    }
  }

  private put(at: number, value: number, row: number): void {
    this.values[at] = value;
    this.rowOf[at] = row;
  }

  private swap(a: number, b: number): void {
    const [value, row] = [this.values[a] as number, this.rowOf[a] as number];
    this.put(a, this.values[b] as number, this.rowOf[b] as number);
    this.put(b, value, row);
  }
}
