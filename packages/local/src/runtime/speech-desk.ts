import type { Clock } from "@parlando/core";
import { shareOf, type Load } from "./admission.ts";
import { createWorkGroup, type Conductor, type Work, type WorkGroup } from "./conductor.ts";
import { toFailure, type FailureContext } from "./failure.ts";
import type { LoadedModel } from "./loaded-model.ts";
import type { SpeechJob, VoiceReference } from "./model-spec.ts";
import { createPrepareTask } from "./prepare-task.ts";
import type { ProcessMessage } from "./protocol.ts";
import { createSpeechTask } from "./speech-task.ts";
import { createWaitingLine } from "./waiting-line.ts";

/** Lets speeches of one model in, one after the other, as the device has room. */
export interface SpeechDesk {
  speak(id: number, job: SpeechJob): void;
  prepare(id: number, voice: VoiceReference): void;
  /** False: the id is none of this desk's. */
  taken(id: number, samples: number): boolean;
  cancel(id: number): boolean;
  /** Others made room: whoever waits may go in. */
  admitNext(): void;
  readonly running: number;
  readonly waiting: number;
  /** The part of the device's time that those who run need. */
  share(): number;
  /** Ends all; each is answered with `stopped`. Resolves when no step is running. */
  close(): Promise<void>;
}

/** What a desk is made with. */
export interface SpeechDeskOptions {
  readonly id: number;
  readonly model: LoadedModel;
  readonly conductor: Conductor;
  readonly clock: Clock;
  readonly send: (message: ProcessMessage) => void;
  /** Shares of the other desks. */
  readonly othersShare: () => number;
  /** A slot became free. */
  readonly onRoom: () => void;
}

const stepsBetweenLooks = 10;

/** Opens the desk of a model. */
export function createSpeechDesk(options: SpeechDeskOptions): SpeechDesk {
  const { model, conductor, clock, send } = options;
  const { slots, together } = model.generator;
  const group = createWorkGroup({ id: options.id, together, slots, guessMs: model.speed.speed().codeMs, onCode: measure });
  const works = createWorks(conductor);
  const line = createWaitingLine({ load, send, onWait: () => conductor.wake() });
  const begin = createBeginnings(options, { group, works, isContended: () => line.length > 0 });
  let measured = 0;

  function load(waiting: readonly number[], othersShare: number = options.othersShare()): Load {
    return { slots, together: group.together, running: works.remaining(), waiting, othersShare, stepMs: (runs) => group.steps.stepMs(runs), decodeMsPerCode: model.decodeMsPerCode() };
  }

  function measure(ms: number, decodingMs: number): void {
    model.speed.code(ms, decodingMs);
    measured += 1;
    // The device may turn out to be faster than was thought when they were told to wait.
    if (measured % stepsBetweenLooks === 0 && line.length > 0) line.admitNext();
  }

  function cancelWaiting(id: number): boolean {
    const waited = line.leave(id);
    if (waited) send({ type: "stopped", id });
    return waited;
  }

  return {
    speak: (id, job) => {
      const arrivedAtMs = clock.now();
      line.enter({ id, codes: job.expectedCodes, maximumWaitMs: job.maximumWaitMs, begin: () => begin.speech(id, job, arrivedAtMs) });
    },
    prepare: (id, voice) => line.enter({ id, codes: 1, maximumWaitMs: Infinity, begin: () => begin.prepare(id, voice) }),
    taken: (id, samples) => works.taken(id, samples),
    cancel: (id) => cancelWaiting(id) || works.cancel(id),
    admitNext: () => line.admitNext(),
    get running() {
      return works.remaining().length;
    },
    get waiting() {
      return line.length;
    },
    share: () => {
      const running = works.remaining().length;
      // Without the others: they ask this desk for its share in turn.
      return running === 0 ? 0 : shareOf(running, load([], 0));
    },
    close: async () => {
      for (const id of line.clear()) send({ type: "stopped", id });
      await works.cancelAll();
    },
  };
}

/** What is done when somebody is let in. */
interface Beginnings {
  speech(id: number, job: SpeechJob, arrivedAtMs: number): void;
  prepare(id: number, voice: VoiceReference): void;
}

function createBeginnings(options: SpeechDeskOptions, { group, works, isContended }: { group: WorkGroup; works: DeskWorks; isContended: () => boolean }): Beginnings {
  const { model, conductor, clock, send, onRoom } = options;

  function freeSlot(id: number): void {
    works.freeSlot(id);
    onRoom();
  }

  function attempt(id: number, failing: FailureContext, work: () => DeskWork): void {
    try {
      works.enter(work());
    } catch (error) {
      send({ type: "failed", id, failure: toFailure(error, failing) });
    }
  }
  return {
    speech: (id, job, arrivedAtMs) =>
      attempt(id, { doing: "Preparing to speak", spoken: [job.text, job.voice.text] }, () => {
        const contended = isContended;
        const onChange = (): void => conductor.wake();
        const work = createSpeechTask({ id, job, model, group, clock, arrivedAtMs, send, contended, onChange, onSlotFree: () => freeSlot(id), onOver: () => works.leave(id) });
        return { work, cancel: work.cancel, taken: work.taken, remaining: work.remainingCodes };
      }),
    prepare: (id, voice) =>
      attempt(id, { doing: "Preparing a voice", spoken: [voice.text] }, () => {
        const onOver = (): void => {
          works.leave(id);
          onRoom();
        };
        const work = createPrepareTask({ id, voice, model, group, clock, send, onOver });
        return { work, cancel: work.cancel, taken: () => {}, remaining: () => 1 };
      }),
  };
}

interface DeskWork {
  readonly work: Work;
  readonly cancel: () => Promise<void>;
  readonly taken: (samples: number) => void;
  /** Codes that are still to come, by estimate. */
  readonly remaining: () => number;
}

/** Those who were let in: some still have a slot, others only wait for their last sound. */
interface DeskWorks {
  enter(entry: DeskWork): void;
  leave(id: number): void;
  freeSlot(id: number): void;
  /** Codes to come, of those who have a slot. */
  remaining(): readonly number[];
  taken(id: number, samples: number): boolean;
  cancel(id: number): boolean;
  cancelAll(): Promise<void>;
}

function createWorks(conductor: Conductor): DeskWorks {
  const works = new Map<number, DeskWork>();
  const slotted = new Set<DeskWork>();
  return {
    enter: (entry) => {
      works.set(entry.work.id, entry);
      slotted.add(entry);
      conductor.add(entry.work);
    },
    leave: (id) => {
      const entry = works.get(id);
      if (entry === undefined) return;
      works.delete(id);
      slotted.delete(entry);
      conductor.remove(entry.work);
    },
    freeSlot: (id) => {
      const entry = works.get(id);
      if (entry !== undefined) slotted.delete(entry);
    },
    remaining: () => [...slotted].map(({ remaining }) => remaining()),
    taken: (id, samples) => {
      const entry = works.get(id);
      entry?.taken(samples);
      return entry !== undefined;
    },
    cancel: (id) => {
      const entry = works.get(id);
      void entry?.cancel();
      return entry !== undefined;
    },
    cancelAll: async () => {
      await Promise.all([...works.values()].map(({ cancel }) => cancel()));
    },
  };
}
