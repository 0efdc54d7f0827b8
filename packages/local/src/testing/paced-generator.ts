import type { Clock } from "@parlando/core";
import { createScriptedGenerator, type ScriptedGenerator, type ScriptedGeneratorOptions } from "./scripted-generator.ts";

/** How fast a device is. */
export interface PacedGeneratorOptions extends Omit<ScriptedGeneratorOptions, "step" | "piece"> {
  readonly clock: Clock;
  /** For one step of so many runs, in milliseconds; `step` counts all steps of the device. */
  readonly stepMs: (runs: number, step: number) => number;
  /** For one token of a prompt. Default 0. */
  readonly promptTokenMs?: number | undefined;
}

/** A scripted generator that takes its time. */
export interface PacedGenerator extends ScriptedGenerator {
  /** How long the device has been at work, in milliseconds of its clock. */
  readonly busyMs: number;
  /** Runs that shared each step, in order. */
  readonly batches: readonly number[];
}

/**
 * A scripted generator on a device that does one thing at a time: steps and pieces of prompts wait for each other. Runs that are asked while it is at work share the next
 * step, up to `together` of them. With {@link PacedGeneratorOptions.clock} a fake one, nothing waits in real time.
 */
export function createPacedGenerator(options: PacedGeneratorOptions): PacedGenerator {
  const { clock, stepMs, promptTokenMs = 0, together = 1 } = options;
  const batches: number[] = [];
  let waiting: (() => void)[] = [];
  let busyMs = 0;
  let device = Promise.resolve();

  /** Puts work behind what the device has to do already. */
  function work(howLong: () => number): Promise<void> {
    device = device.then(async () => {
      const ms = howLong();
      if (ms <= 0) return;
      await clock.sleep(ms);
      busyMs += ms;
    });
    return device;
  }

  function step(): Promise<void> {
    return new Promise((resolve) => {
      waiting.push(resolve);
      let taken: (() => void)[] = [];
      void work(() => {
        taken = waiting.slice(0, together);
        waiting = waiting.slice(together);
        if (taken.length === 0) return 0;
        batches.push(taken.length);
        return stepMs(taken.length, batches.length - 1);
      }).then(() => {
        for (const answer of taken) answer();
      });
    });
  }

  const generator = createScriptedGenerator({ ...options, step, piece: (tokens) => work(() => tokens * promptTokenMs) });
  return {
    ...generator,
    batches,
    get busyMs() {
      return busyMs;
    },
  };
}
