/** What the scheduler knows of one speech in the making. Times in milliseconds of one clock. */
export interface RunState {
  readonly id: number;
  /** Runs of one model can share a step; those of different models cannot. */
  readonly group: number;
  /** "held": its reader is at the high-water mark, so it takes no part. */
  readonly state: "prefill" | "speaking" | "held";
  /** When its listener runs dry, or should have heard the first sound. */
  readonly deadlineMs: number;
  /** What is left to do for its next piece of sound, were it alone. */
  readonly workMs: number;
}

/** What chooses among runs. */
export interface ScheduleOptions {
  readonly nowMs: number;
  /** How many runs of a group can share a step. */
  readonly together: (group: number) => number;
  /** Measured time of a step of so many runs of a group. */
  readonly stepMs: (group: number, runs: number) => number;
  /** Measured time to evaluate one piece of a prompt. */
  readonly prefillMs: (group: number) => number;
  /** The step before this one evaluated a piece of a prompt. */
  readonly afterPrefill: boolean;
}

/**
 * Who takes the next step: the run that will run dry first, counted with the work that is left for its next piece (least laxity first), and with it
 * others of its model, as long as a step of one more does not make the first one late. A piece of a prompt is a step of its own; it comes first while
 * all who speak can wait for it, and two of them never follow each other where somebody would run dry meanwhile. Pure.
 *
 * @returns The ids of the runs to step together; empty when nobody can go on.
 */
export function chooseRuns(runs: readonly RunState[], options: ScheduleOptions): readonly number[] {
  const ready = runs.filter((run) => run.state !== "held").sort((one, other) => laxity(one) - laxity(other) || one.id - other.id);
  const first = firstOf(ready, options);
  if (first === undefined) return [];
  if (first.state === "prefill") return [first.id];
  const mates = ready.filter((run) => run.state === "speaking" && run.group === first.group && run.id !== first.id);
  const count = Math.min(options.together(first.group), 1 + mates.length);
  const together = howMany(first, count, options);
  return [first.id, ...mates.slice(0, together - 1).map((run) => run.id)];
}

// The time of now is the same for all.
function laxity(run: RunState): number {
  return run.deadlineMs - run.workMs;
}

/** The most urgent of all, but a piece of a prompt as soon as nobody would run dry for it: the sooner it is evaluated, the sooner its sound is there. */
function firstOf(ready: readonly RunState[], { nowMs, prefillMs, afterPrefill }: ScheduleOptions): RunState | undefined {
  const prompt = ready.find((run) => run.state === "prefill");
  const speaking = ready.find((run) => run.state === "speaking");
  if (prompt === undefined || speaking === undefined) return prompt ?? speaking;
  if (laxity(speaking) - nowMs >= prefillMs(prompt.group)) return prompt;
  return afterPrefill || laxity(speaking) <= laxity(prompt) ? speaking : prompt;
}

/** How many may share the step so that `first` is in time. Who is late already is late anyway: then as many as possible, since that makes most sound. */
function howMany(first: RunState, count: number, { nowMs, stepMs }: ScheduleOptions): number {
  const alone = stepMs(first.group, 1);
  const inTime = (runs: number): boolean => nowMs + (alone > 0 ? (first.workMs * stepMs(first.group, runs)) / alone : first.workMs) <= first.deadlineMs;
  if (!inTime(1)) return count;
  let runs = 1;
  while (runs < count && inTime(runs + 1)) runs += 1;
  return runs;
}
