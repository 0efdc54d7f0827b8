import type { Clock } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import type { CodeRun } from "../backbone/code-generator.ts";
import type { LengthLimits } from "../backbone/sampling-options.ts";
import { fitLimits, type Prompt } from "./build-prompt.ts";
import type { Work, WorkGroup } from "./conductor.ts";
import { toFailure } from "./failure.ts";
import type { LoadedModel } from "./loaded-model.ts";
import type { SpeechJob } from "./model-spec.ts";
import { createPrefillGate, type PrefillGate } from "./prefill-gate.ts";
import type { ProcessMessage } from "./protocol.ts";
import { createSoundPump, type SoundPump } from "./sound-pump.ts";
import { createSpeechRecord } from "./speech-record.ts";

/** One speech, from its prompt to its last piece of sound. Answers its id exactly once. */
export interface SpeechTask extends Work {
  /** Codes that are still to come, by estimate. */
  remainingCodes(): number;
  taken(samples: number): void;
  /** Ends it. Answered with `stopped` when no step of it runs any more; a window in the decoder is not waited for. */
  cancel(): Promise<void>;
}

/** What a speech is made with. */
export interface SpeechTaskOptions {
  readonly id: number;
  readonly job: SpeechJob;
  readonly model: LoadedModel;
  readonly group: WorkGroup;
  readonly clock: Clock;
  readonly arrivedAtMs: number;
  readonly send: (message: ProcessMessage) => void;
  /** Whether somebody waits for the slot: then a full reader does not make the speech rest. */
  readonly contended: () => boolean;
  readonly onChange: () => void;
  /** The slot is free: all codes are made, or it failed, or it was cancelled. Told once. */
  readonly onSlotFree: () => void;
  /** It was answered. Told once, after `onSlotFree`. */
  readonly onOver: () => void;
}

/** How long a listener waits for the first sound before that is as urgent as another's next piece. */
const firstSoundMs = 300;
/** Codes that a first piece takes, for the guess of what is left before it. */
const firstPieceCodes = 6;

/**
 * Makes a speech. It starts when the conductor gives it the first step.
 *
 * @throws TTSError `TEXT_TOO_LONG`, `INVALID_INPUT` when no prompt can be made.
 */
export function createSpeechTask(options: SpeechTaskOptions): SpeechTask {
  const { id, job, model, group, clock } = options;
  const admittedAtMs = clock.now();
  const controller = new AbortController();
  const prompt = model.prompts.build(job.voice, job.text);
  const limits = limitsOf(prompt, job, model);
  const gate = openGate({ prompt, limits, job, model, signal: controller.signal });
  const record = createSpeechRecord({ arrivedAtMs: options.arrivedAtMs, admittedAtMs });
  const pump = openPump(options, record);
  const ending = createEnding(options, { gate, pump, controller });
  let run: CodeRun | undefined;
  let drains = false;

  async function prefill(): Promise<void> {
    if (!(await gate.step())) return;
    run = await gate.result;
    record.began(clock.now(), run.evaluated);
  }

  async function speak(speaking: CodeRun): Promise<void> {
    const code = await speaking.next();
    if (ending.over) return;
    if (code !== undefined) return pump.add(code);
    drains = true;
    pump.end();
    await ending.freeSlot();
    void drain();
  }

  async function drain(): Promise<void> {
    // Why it fails is told by the ending.
    if (!(await pump.drained.then(() => true, () => false))) return;
    if (pump.generated === 0) return ending.fail(noCodes());
    const endedBy = pump.generated >= limits.maximumCodes ? "length" : "stop";
    await ending.end({ type: "done", id, metrics: record.sum(clock.now(), { codes: pump.generated, endedBy }) });
  }

  function state(nowMs: number): ReturnType<Work["state"]> {
    if (ending.over || drains) return undefined;
    const deadlineMs = pump.deadlineMs(nowMs) ?? admittedAtMs + firstSoundMs;
    const alone = group.steps.stepMs(1);
    if (run === undefined) return { state: "prefill", deadlineMs, workMs: group.prefill.stepMs(1) + firstPieceCodes * alone };
    const held = pump.isFull() && !options.contended();
    record.rests(nowMs, held);
    return { state: held ? "held" : "speaking", deadlineMs, workMs: pump.workMs(alone) };
  }

  return {
    id,
    group,
    state,
    step: () => (ending.over ? Promise.resolve() : run === undefined ? prefill() : speak(run)).catch(ending.fail),
    remainingCodes: () => Math.max(1, Math.min(job.expectedCodes, limits.maximumCodes) - pump.generated),
    taken: (samples) => {
      pump.taken(samples);
      options.onChange();
    },
    cancel: () => ending.end({ type: "stopped", id }),
  };
}

/** How a speech ends: once, whoever is first to say so. */
interface SpeechEnding {
  readonly over: boolean;
  /** All codes are made: the next may have the slot. */
  freeSlot(): Promise<void>;
  end(answer: ProcessMessage): Promise<void>;
  fail(error: unknown): Promise<void>;
}

function createEnding({ id, job, send, onSlotFree, onOver }: SpeechTaskOptions, { gate, pump, controller }: { gate: PrefillGate<CodeRun>; pump: SoundPump; controller: AbortController }): SpeechEnding {
  let over = false;
  let slotFree = false;

  async function freeSlot(): Promise<void> {
    // A runtime that cannot even close has no more to tell than why the speech failed.
    if (gate.begun) await gate.result.then((run) => run.close()).catch(() => {});
    if (slotFree) return;
    slotFree = true;
    onSlotFree();
  }

  async function end(answer: ProcessMessage): Promise<void> {
    if (over) return;
    over = true;
    controller.abort();
    pump.close();
    await freeSlot();
    send(answer);
    onOver();
  }

  const fail = (error: unknown): Promise<void> => end({ type: "failed", id, failure: toFailure(error, { doing: "Speaking", spoken: [job.text, job.voice.text] }) });
  // A decoder that fails ends the speech, whatever it is doing.
  pump.drained.catch(fail);
  return {
    get over() {
      return over;
    },
    freeSlot,
    end,
    fail,
  };
}

function limitsOf({ prefix, suffix }: Prompt, { limits, expectedCodes }: SpeechJob, { contextTokens }: LoadedModel): LengthLimits {
  return fitLimits({ promptTokens: prefix.tokens.length + suffix.length, contextTokens, limits, expectedCodes });
}

function openGate({ prompt, limits, job, model, signal }: { prompt: Prompt; limits: LengthLimits; job: SpeechJob; model: LoadedModel; signal: AbortSignal }): PrefillGate<CodeRun> {
  return createPrefillGate((control) => model.generator.start({ ...prompt, sampling: job.sampling, limits }, model.codeTokens, control), signal);
}

function openPump({ id, job, model, group, clock, send, onChange }: SpeechTaskOptions, record: ReturnType<typeof createSpeechRecord>): SoundPump {
  const assembler = model.openAssembler(job.voice);
  return createSoundPump({
    assembler,
    planner: model.openPlanner(job, assembler),
    geometry: model.report.codec,
    speed: model.speed,
    decoding: group.decoding,
    record,
    clock,
    expectedCodes: job.expectedCodes,
    highWaterMs: job.highWaterMs,
    onAudio: (samples, metrics) => send({ type: "audio", id, samples, metrics }),
    onTooSlow: ({ realTimeFactor, bufferMs }) => send({ type: "warning", id, code: "SLOWER_THAN_REAL_TIME", message: tellTooSlow(realTimeFactor, bufferMs) }),
    onPiece: onChange,
  });
}

function tellTooSlow(realTimeFactor: number, bufferMs: number): string {
  return `Speaking: this machine takes ${realTimeFactor.toFixed(2)} s to make one second of sound, so ${(bufferMs / 1_000).toFixed(1)} s of it are made before the first is played. Choose a faster device, a smaller model, or fewer speeches at once.`;
}

function noCodes(): TTSError {
  return new TTSError("NO_AUDIO", "Speaking: the model ended the speech before its first code. Feed text that has something to speak, or try another seed.");
}
