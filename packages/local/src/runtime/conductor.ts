import type { Clock } from "@parlando/core";
import { createBusyClock, type BusyClock } from "../chunks/busy-clock.ts";
import { chooseRuns, type RunState, type ScheduleOptions } from "./scheduler.ts";
import { createStepMeter, type StepMeter } from "./step-meter.ts";

/** Something that goes on step by step: a speech, or a prompt that is evaluated ahead. */
export interface Work {
  readonly id: number;
  readonly group: WorkGroup;
  /** How it stands; undefined: it has nothing to do at the moment. */
  state(nowMs: number): Omit<RunState, "id" | "group"> | undefined;
  /** Does one step: a code, or a piece of a prompt. Never rejects. */
  step(): Promise<void>;
}

/** The works of one model, which can share steps, and what these were measured at. */
export interface WorkGroup {
  readonly id: number;
  readonly together: number;
  readonly steps: StepMeter;
  /** Of one piece of a prompt. */
  readonly prefill: StepMeter;
  /** Whether the model's decoder has something to do: it may take from the backbone. */
  readonly decoding: BusyClock;
  readonly onCode: OnCode;
}

/** Told after each shared step: the time that one code takes at its share of the device, all who speak counted, and for how much of it a window was decoded. */
export type OnCode = (ms: number, decodingMs: number) => void;

/** Leads all works of a process: one step after the other, each for those who need it most. */
export interface Conductor {
  add(work: Work): void;
  remove(work: Work): void;
  /** Something changed: who rested may be able to go on. */
  wake(): void;
}

/** What a group is made with. */
export interface WorkGroupOptions {
  readonly id: number;
  readonly together: number;
  readonly slots: number;
  /** Of one code, until it was measured. */
  readonly guessMs: number;
  readonly onCode: OnCode;
}

/** A piece of a prompt takes about as long as so many codes, until it was measured: both are one pass over the weights. */
const prefillGuessCodes = 3;

/** Makes the group of one model. */
export function createWorkGroup({ id, together, slots, guessMs, onCode }: WorkGroupOptions): WorkGroup {
  return {
    id,
    together: Math.max(1, together),
    steps: createStepMeter({ guessMs, slots }),
    prefill: createStepMeter({ guessMs: guessMs * prefillGuessCodes, slots: 1 }),
    decoding: createBusyClock(),
    onCode,
  };
}

/** Makes the conductor of a process. It runs while somebody has something to do, and lets messages in between two steps. */
export function createConductor({ clock }: { clock: Clock }): Conductor {
  const works = new Map<number, Work>();
  let running = false;
  let changed = false;
  let afterPrefill = false;

  async function run(): Promise<void> {
    running = true;
    do {
      changed = false;
      while (await stepOnce()) await clock.sleep(0);
    } while (changed);
    running = false;
  }

  async function stepOnce(): Promise<boolean> {
    const nowMs = clock.now();
    const states = statesAt(works, nowMs);
    const chosen = choose(works, [...states.values()], { nowMs, afterPrefill });
    const first = chosen[0];
    if (first === undefined) return false;
    const isPrefill = states.get(first.id)?.state === "prefill";
    const decodedMs = first.group.decoding.total(nowMs);
    await Promise.all(chosen.map((work) => work.step()));
    const endedAtMs = clock.now();
    const decodingMs = first.group.decoding.total(endedAtMs) - decodedMs;
    record(first.group, { runs: chosen.length, ms: endedAtMs - nowMs, decodingMs, isPrefill, speaking: countSpeaking(states, first.group) });
    afterPrefill = isPrefill;
    return true;
  }

  function wake(): void {
    changed = true;
    if (!running) void run();
  }
  return {
    add: (work) => {
      works.set(work.id, work);
      wake();
    },
    remove: (work) => {
      works.delete(work.id);
    },
    wake,
  };
}

function statesAt(works: ReadonlyMap<number, Work>, nowMs: number): Map<number, RunState> {
  const states = new Map<number, RunState>();
  for (const work of works.values()) {
    const state = work.state(nowMs);
    if (state !== undefined) states.set(work.id, { ...state, id: work.id, group: work.group.id });
  }
  return states;
}

function choose(works: ReadonlyMap<number, Work>, states: readonly RunState[], options: Pick<ScheduleOptions, "nowMs" | "afterPrefill">): Work[] {
  const groups = new Map([...works.values()].map(({ group }) => [group.id, group]));
  const ids = chooseRuns(states, {
    ...options,
    together: (group) => groups.get(group)?.together ?? 1,
    stepMs: (group, runs) => groups.get(group)?.steps.stepMs(runs) ?? 0,
    prefillMs: (group) => groups.get(group)?.prefill.stepMs(1) ?? 0,
  });
  return ids.flatMap((id) => works.get(id) ?? []);
}

function countSpeaking(states: ReadonlyMap<number, RunState>, group: WorkGroup): number {
  let count = 0;
  for (const run of states.values()) if (run.state === "speaking" && run.group === group.id) count += 1;
  return count;
}

interface Step {
  readonly runs: number;
  readonly ms: number;
  /** For so long of it a window was decoded. */
  readonly decodingMs: number;
  readonly isPrefill: boolean;
  readonly speaking: number;
}

function record(group: WorkGroup, { runs, ms, decodingMs, isPrefill, speaking }: Step): void {
  if (isPrefill) return group.prefill.record(1, ms);
  group.steps.record(runs, ms);
  const shares = Math.max(speaking, runs) / runs;
  group.onCode(ms * shares, decodingMs * shares);
}
