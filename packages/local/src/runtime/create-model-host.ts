import { systemClock } from "@parlando/core";
import type { Clock } from "@parlando/core";
import { processKeyOf } from "./choose-device.ts";
import { createCrashBrake, type CrashBrake } from "./crash-brake.ts";
import { aborted } from "./failure.ts";
import { hostedSpeech } from "./hosted-speech.ts";
import type { OpenChannel } from "./model-channel.ts";
import type { HostedModel, ModelHost, SpeechEvent } from "./model-host.ts";
import type { ModelReport, ModelSpec, SpeechJob, VoiceReference } from "./model-spec.ts";
import { createProcessLine, type ProcessLine, type Sent } from "./process-line.ts";

/** What a host is made with. */
export interface ModelHostOptions {
  /** Starts a process, or what stands for one. */
  readonly openChannel: OpenChannel;
  /** Real time, unless a test hands in its own. Only the brake after crashes looks at it. */
  readonly clock?: Clock | undefined;
  /** A process must say that it is there within this time. Default 30,000. */
  readonly readyMs?: number | undefined;
  /** How long a process may take to leave; then it is killed. Default 5,000. */
  readonly leaveMs?: number | undefined;
}

/** One device and its process, while there is one. */
interface DeviceSlot {
  readonly key: string;
  readonly brake: CrashBrake;
  line: ProcessLine | undefined;
  readonly models: Map<string, SharedModel>;
}

/** A model that several engines may use: loaded once. */
interface SharedModel {
  readonly spec: ModelSpec;
  readonly slot: DeviceSlot;
  users: number;
  loading: Loading | undefined;
}

interface Loading {
  readonly line: ProcessLine;
  readonly id: number;
  readonly report: Promise<ModelReport>;
}

/**
 * Gives models to engines, in a process for each device. Processes start with the first use, are shared, and end with the last model; one that is lost fails
 * what it was doing with `SERVICE`, and the next use starts another. After three ends within a minute without one finished speech it rests for half a minute.
 */
export function createModelHost(options: ModelHostOptions): ModelHost {
  const { clock = systemClock, readyMs = 30_000, leaveMs = 5_000 } = options;
  const slots = new Map<string, DeviceSlot>();

  function slotOf(key: string): DeviceSlot {
    const slot = slots.get(key) ?? { key, brake: createCrashBrake({ clock }), line: undefined, models: new Map<string, SharedModel>() };
    slots.set(key, slot);
    return slot;
  }

  function lineOf(slot: DeviceSlot): ProcessLine {
    if (slot.line !== undefined && slot.line.ended === undefined) return slot.line;
    slot.brake.check();
    const line = createProcessLine({
      channel: options.openChannel(slot.key),
      onCrash: (reason) => slot.brake.crashed(reason),
      onWorked: () => slot.brake.worked(),
      readyMs,
      leaveMs,
    });
    slot.line = line;
    return line;
  }

  function loadingOf(shared: SharedModel): Loading {
    if (shared.loading !== undefined && shared.loading.line.ended === undefined) return shared.loading;
    const line = lineOf(shared.slot);
    const { id, answer } = line.request({ type: "load", spec: shared.spec });
    const loading: Loading = { line, id, report: reportOf(answer) };
    shared.loading = loading;
    loading.report.catch(() => {
      // What failed to load may load the next time: a file may have come, memory may be free.
      if (shared.loading === loading) shared.loading = undefined;
    });
    return loading;
  }

  return {
    open: (spec) => {
      const key = JSON.stringify(spec);
      const slot = slotOf(processKeyOf(spec.backboneDevice));
      const shared = slot.models.get(key) ?? { spec, slot, users: 0, loading: undefined };
      slot.models.set(key, shared);
      shared.users += 1;
      return createHandle({ shared, loadingOf, release: () => release({ shared, key, leaveMs }) });
    },
  };
}

/** One user less; without any, the model is let go, and with the last model its process ends. */
async function release({ shared, key, leaveMs }: { shared: SharedModel; key: string; leaveMs: number }): Promise<void> {
  shared.users -= 1;
  if (shared.users > 0) return;
  const { slot, loading } = shared;
  slot.models.delete(key);
  const { line } = slot;
  if (line === undefined || line.ended !== undefined) return;
  if (slot.models.size === 0) {
    slot.line = undefined;
    line.close();
    await line.over;
  } else if (loading?.line === line) {
    // A process that ends meanwhile has let the model go too; one that does not answer is in native code, and lets it go later.
    await within(leaveMs, line.request({ type: "unload", model: loading.id }).answer.catch(() => {}));
  }
}

/** Waits for a promise that never rejects, at most so long. */
async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([promise, late]);
  clearTimeout(timer);
}

async function reportOf(answer: Sent["answer"]): Promise<ModelReport> {
  const loaded = await answer;
  if (loaded.type === "loaded") return loaded.report;
  throw aborted("Loading the model");
}

function createHandle({ shared, loadingOf, release }: { shared: SharedModel; loadingOf: (shared: SharedModel) => Loading; release: () => Promise<void> }): HostedModel {
  const closer = new AbortController();
  let closing: Promise<void> | undefined;
  /** Whose warnings were told. */
  let told: Loading | undefined;

  function begin(signal: AbortSignal, doing: string): Loading {
    if (closing !== undefined || signal.aborted) throw aborted(doing);
    return loadingOf(shared);
  }

  async function* speak(job: SpeechJob, caller: AbortSignal): AsyncGenerator<SpeechEvent, void, undefined> {
    const signal = AbortSignal.any([caller, closer.signal]);
    const loading = begin(signal, "Speaking");
    const report = await untilAborted(loading.report, signal, "Loading the model");
    if (told !== loading) {
      told = loading;
      for (const warning of report.warnings ?? []) yield { type: "warning", ...warning };
    }
    yield* hostedSpeech({ line: loading.line, model: loading.id, sampleRate: report.codec.sampleRate, job, signal });
  }

  async function prepare(voice: VoiceReference, caller: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([caller, closer.signal]);
    const { line, id, report } = begin(signal, "Preparing a voice");
    await untilAborted(report, signal, "Loading the model");
    const sent = line.request({ type: "prepare", model: id, voice });
    await untilAborted(sent.answer, signal, "Preparing a voice").finally(() => line.cancel(sent.id));
  }
  return {
    load: async (signal) => untilAborted(begin(signal, "Loading the model").report, signal, "Loading the model"),
    speak,
    prepare,
    processId: () => shared.slot.line?.processId,
    close: () => {
      if (closing === undefined) {
        closer.abort();
        closing = release();
      }
      return closing;
    },
  };
}

/** Waits, but not longer than the caller wants; what was waited for goes on for the others who want it. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal, doing: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(aborted(doing));
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
