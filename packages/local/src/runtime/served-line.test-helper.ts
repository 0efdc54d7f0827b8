import type { Clock } from "@parlando/core";
import type { LoadModel } from "./loaded-model.ts";
import type { ModelSpec, SpeechJob } from "./model-spec.ts";
import type { HostMessage, ProcessMessage } from "./protocol.ts";
import { testJob, testSpec } from "./scripted-model.test-helper.ts";
import { serveModels, type ModelService } from "./serve-models.ts";

/** A message and when it came. */
export type Heard = ProcessMessage & { readonly atMs: number };
type Of<T extends ProcessMessage["type"]> = Extract<ProcessMessage, { type: T }> & { readonly atMs: number };

/** A service with somebody at the other end who writes everything down. */
export interface ServedLine {
  readonly service: ModelService;
  readonly heard: readonly Heard[];
  send(message: HostMessage): void;
  load(spec?: ModelSpec): Promise<number>;
  /** Reads what comes, unless told otherwise. */
  speak(model: number, job?: Partial<SpeechJob>, options?: { read?: boolean }): number;
  of<T extends ProcessMessage["type"]>(type: T, id?: number): Of<T>[];
  /** All answers of an id: exactly one in the end. */
  answers(id: number): Heard[];
  /** The answer of an id. */
  answer(id: number): Promise<Heard>;
  /** Resolves when a message fits. */
  until(fits: (message: Heard) => boolean): Promise<Heard>;
  sound(id: number): Float32Array;
}

const answerTypes = new Set(["loaded", "done", "stopped", "failed"]);

/** Serves models to a test. Messages arrive at once: the line itself is tested elsewhere. */
export function createServedLine({ loadModel, clock, onClose }: { loadModel: LoadModel; clock: Clock; onClose?: () => void }): ServedLine {
  const heard: Heard[] = [];
  const readers = new Set<number>();
  let waiting: { readonly fits: (message: Heard) => boolean; readonly resolve: (message: Heard) => void }[] = [];
  let listener: (message: HostMessage) => void = () => {};
  let lastId = 0;

  function hear(message: ProcessMessage): void {
    const entry: Heard = { ...message, atMs: clock.now() };
    heard.push(entry);
    const fitting = waiting.filter(({ fits }) => fits(entry));
    waiting = waiting.filter((one) => !fitting.includes(one));
    for (const { resolve } of fitting) resolve(entry);
    if (message.type === "audio" && readers.has(message.id)) queueMicrotask(() => listener({ type: "taken", id: message.id, samples: message.samples.length }));
  }
  const service = serveModels({ send: hear, onMessage: (next) => (listener = next) }, { loadModel, processId: 7, clock, onClose });
  const line: ServedLine = {
    service,
    heard,
    send: (message) => listener(message),
    load: async (spec = testSpec()) => {
      const id = (lastId += 1);
      listener({ type: "load", id, spec });
      await line.answer(id);
      return id;
    },
    speak: (model, job = {}, { read = true } = {}) => {
      const id = (lastId += 1);
      if (read) readers.add(id);
      listener({ type: "speak", id, model, job: testJob(job) });
      return id;
    },
    of: (type, id) => heard.filter((message): message is Of<typeof type> => message.type === type && (id === undefined || ("id" in message && message.id === id))),
    answers: (id) => heard.filter((message) => "id" in message && message.id === id && answerTypes.has(message.type)),
    answer: (id) => line.until((message) => "id" in message && message.id === id && answerTypes.has(message.type)),
    until: (fits) => {
      const found = heard.find(fits);
      return found !== undefined ? Promise.resolve(found) : new Promise((resolve) => waiting.push({ fits, resolve }));
    },
    sound: (id) => {
      const pieces = line.of("audio", id).map(({ samples }) => samples);
      const sound = new Float32Array(pieces.reduce((length, piece) => length + piece.length, 0));
      pieces.reduce((at, piece) => (sound.set(piece, at), at + piece.length), 0);
      return sound;
    },
  };
  return line;
}

/** How long the listener of a speech waited, after its first sound, for sound that came late. */
export function dryMs(line: ServedLine, id: number): number {
  let playedOutAtMs: number | undefined;
  let dry = 0;
  for (const { atMs, samples } of line.of("audio", id)) {
    if (playedOutAtMs !== undefined) dry += Math.max(0, atMs - playedOutAtMs);
    playedOutAtMs = Math.max(playedOutAtMs ?? atMs, atMs) + samples.length / 24;
  }
  return dry;
}
