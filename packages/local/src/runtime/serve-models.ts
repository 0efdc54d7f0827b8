import { systemClock } from "@parlando/core";
import type { Clock } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import { createConductor } from "./conductor.ts";
import { toFailure } from "./failure.ts";
import type { LoadModel } from "./loaded-model.ts";
import { createModelShelf, type ModelShelf } from "./model-shelf.ts";
import type { HostMessage, ProcessMessage } from "./protocol.ts";
import type { SpeechDesk } from "./speech-desk.ts";

/** The model process's end of the line to the app. */
export interface ModelPort {
  send(message: ProcessMessage): void;
  /** One listener. */
  onMessage(listener: (message: HostMessage) => void): void;
}

/** What models are served with. */
export interface ServeModelsOptions {
  readonly loadModel: LoadModel;
  /** Told to the app with `ready`. */
  readonly processId: number;
  /** Real time, unless a test hands in its own. */
  readonly clock?: Clock | undefined;
  /** The app asked for the end, and everything is closed. */
  readonly onClose?: (() => void) | undefined;
}

/** What runs models. */
export interface ModelService {
  /** Ends all speeches and frees all models. Twice is no harm. */
  close(): Promise<void>;
}

/** Runs models for an app at the other end of a line: what the model process does. Every id is answered exactly once. */
export function serveModels(port: ModelPort, { loadModel, processId, clock = systemClock, onClose }: ServeModelsOptions): ModelService {
  const send = (message: ProcessMessage): void => port.send(message);
  const tell = (): void => void tellHealth(shelf.served, send);
  const shelf = createModelShelf({ loadModel, conductor: createConductor({ clock }), clock, send, onRoom, onLoaded: tell });
  let closing: Promise<void> | undefined;

  function onRoom(): void {
    for (const { desk } of shelf.served.values()) desk.admitNext();
    tell();
  }

  function withDesk(id: number, model: number, use: (desk: SpeechDesk) => void): void {
    const entry = shelf.served.get(model);
    if (entry !== undefined) return use(entry.desk);
    const error = new TTSError("INTERNAL", `Asking the model process: model ${String(model)} is not loaded. Report this.`);
    send({ type: "failed", id, failure: toFailure(error, { doing: "Asking the model process" }) });
  }

  function anyDesk(use: (desk: SpeechDesk) => boolean): void {
    [...shelf.served.values()].some(({ desk }) => use(desk));
  }

  function close(): Promise<void> {
    closing ??= shelf.close().then(() => onClose?.());
    return closing;
  }

  function receive(message: HostMessage): void {
    switch (message.type) {
      case "load": return shelf.load(message.id, message.spec);
      case "unload": return void shelf.unload(message.id, message.model);
      case "prepare": return withDesk(message.id, message.model, (desk) => desk.prepare(message.id, message.voice));
      case "speak": return withDesk(message.id, message.model, (desk) => desk.speak(message.id, message.job));
      case "taken": return anyDesk((desk) => desk.taken(message.id, message.samples));
      case "cancel": return shelf.cancel(message.id) ? undefined : anyDesk((desk) => desk.cancel(message.id));
      case "close": return void close();
    }
  }
  port.onMessage(receive);
  send({ type: "ready", processId });
  return { close };
}

async function tellHealth(served: ModelShelf["served"], send: (message: ProcessMessage) => void): Promise<void> {
  const [first] = served.values();
  if (first === undefined) return;
  const memory = await first.model.memory().catch(() => ({ totalBytes: undefined, freeBytes: undefined }));
  const desks = [...served.values()].map(({ desk }) => desk);
  const sum = (of: (desk: SpeechDesk) => number): number => desks.reduce((total, desk) => total + of(desk), 0);
  send({ type: "health", memory, residentBytes: process.memoryUsage.rss(), running: sum((desk) => desk.running), waiting: sum((desk) => desk.waiting) });
}
