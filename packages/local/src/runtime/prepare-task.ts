import type { Clock } from "@parlando/core";
import type { EvaluatedTokens } from "../backbone/code-generator.ts";
import type { Work, WorkGroup } from "./conductor.ts";
import { toFailure } from "./failure.ts";
import type { LoadedModel } from "./loaded-model.ts";
import type { VoiceReference } from "./model-spec.ts";
import { createPrefillGate } from "./prefill-gate.ts";
import type { ProcessMessage } from "./protocol.ts";

/** A voice's prompt that is evaluated ahead of any speech. Answers its id exactly once. */
export interface PrepareTask extends Work {
  cancel(): Promise<void>;
}

/** What the work is made with. */
export interface PrepareTaskOptions {
  readonly id: number;
  readonly voice: VoiceReference;
  readonly model: LoadedModel;
  readonly group: WorkGroup;
  readonly clock: Clock;
  readonly send: (message: ProcessMessage) => void;
  /** It was answered, and its slot is free. Told once. */
  readonly onOver: () => void;
}

/** Nobody listens yet: whoever speaks goes first for so long. */
const patienceMs = 1_000;

/** Makes the work. It starts when the conductor gives it the first step. */
export function createPrepareTask({ id, voice, model, group, clock, send, onOver }: PrepareTaskOptions): PrepareTask {
  const deadlineMs = clock.now() + patienceMs;
  const controller = new AbortController();
  const prefix = model.prompts.prefixOf(voice);
  const gate = createPrefillGate<EvaluatedTokens>((control) => model.generator.prepare(prefix, control), controller.signal);
  let over = false;

  async function end(answer: ProcessMessage): Promise<void> {
    if (over) return;
    over = true;
    controller.abort();
    if (gate.begun) await gate.result.catch(() => {});
    send(answer);
    onOver();
  }

  async function step(): Promise<void> {
    try {
      if (!(await gate.step())) return;
      await gate.result;
      await end({ type: "done", id, metrics: undefined });
    } catch (error) {
      await end({ type: "failed", id, failure: toFailure(error, { doing: "Preparing a voice", spoken: [voice.text] }) });
    }
  }
  return {
    id,
    group,
    state: () => (over ? undefined : { state: "prefill", deadlineMs, workMs: group.prefill.stepMs(1) }),
    step,
    cancel: () => end({ type: "stopped", id }),
  };
}
