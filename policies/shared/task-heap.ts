// A binary heap of task numbers in descending order of a fixed key, ties in ascending number: the ready list of a plan.
export class TaskHeap {
  private readonly key: Float64Array;
  private readonly tasks: Int32Array;
  size = 0;

  constructor(key: Float64Array) {
    this.key = key;
    this.tasks = new Int32Array(key.length);
  }

  push(task: number): void {
    const { tasks } = this;
    let k = this.size++;
    while (k > 0) {
      const up = (k - 1) >> 1;
      if (!this.before(task, tasks[up]!)) break;
      tasks[k] = tasks[up]!;
      k = up;
    }
    tasks[k] = task;
  }

  /** Takes the first task out; the heap must not be empty. */
  pop(): number {
    const { tasks } = this, first = tasks[0]!, size = --this.size, moved = tasks[size]!;
    let k = 0;
    for (let child = 1; child < size; child = 2 * k + 1) {
      if (child + 1 < size && this.before(tasks[child + 1]!, tasks[child]!)) child++;
      if (!this.before(tasks[child]!, moved)) break;
      tasks[k] = tasks[child]!;
      k = child;
    }
    tasks[k] = moved;
    return first;
  }

  private before(a: number, b: number): boolean {
    const ka = this.key[a]!, kb = this.key[b]!;
    return ka > kb || (ka === kb && a < b);
  }
}
