import type { Clock } from "@parlando/core";
import type { Conductor } from "./conductor.ts";
import { toFailure } from "./failure.ts";
import type { LoadedModel, LoadModel } from "./loaded-model.ts";
import type { ModelSpec } from "./model-spec.ts";
import type { ProcessMessage } from "./protocol.ts";
import { createSpeechDesk, type SpeechDesk } from "./speech-desk.ts";

/** A model that is loaded, and who lets speeches in to it. */
export interface ServedModel {
  readonly model: LoadedModel;
  readonly desk: SpeechDesk;
}

/** The models of a process. */
export interface ModelShelf {
  readonly served: ReadonlyMap<number, ServedModel>;
  /** Answered with `loaded`, `failed`, or `stopped` when nobody wants it any more. */
  load(id: number, spec: ModelSpec): void;
  /** Answered with `done` or `failed`. */
  unload(id: number, model: number): Promise<void>;
  /** Calls a loading off: the model is let go as soon as it is there. False: it is none that is being loaded. */
  cancel(id: number): boolean;
  close(): Promise<void>;
}

/** What a shelf is made with. */
export interface ModelShelfOptions {
  readonly loadModel: LoadModel;
  readonly conductor: Conductor;
  readonly clock: Clock;
  readonly send: (message: ProcessMessage) => void;
  /** Somebody made room on the device. */
  readonly onRoom: () => void;
  readonly onLoaded: () => void;
}

interface Loading {
  unwanted: boolean;
  over: Promise<void>;
}

/** Makes an empty shelf. */
export function createModelShelf(options: ModelShelfOptions): ModelShelf {
  const { loadModel, send } = options;
  const served = new Map<number, ServedModel>();
  const loading = new Map<number, Loading>();

  function put(id: number, model: LoadedModel): void {
    const othersShare = (): number => [...served].reduce((share, [other, { desk }]) => (other === id ? share : share + desk.share()), 0);
    served.set(id, { model, desk: createSpeechDesk({ ...options, id, model, othersShare }) });
    send({ type: "loaded", id, report: model.report });
    options.onLoaded();
  }

  async function loadNow(id: number, spec: ModelSpec, entry: Loading): Promise<void> {
    try {
      const model = await loadModel(spec);
      if (!entry.unwanted) return put(id, model);
      await model.close();
      send({ type: "stopped", id });
    } catch (error) {
      send({ type: "failed", id, failure: toFailure(error, { doing: "Loading the model" }) });
    } finally {
      loading.delete(id);
    }
  }

  async function release(id: number): Promise<void> {
    const pending = loading.get(id);
    if (pending !== undefined) {
      pending.unwanted = true;
      return pending.over;
    }
    const entry = served.get(id);
    served.delete(id);
    if (entry === undefined) return;
    await entry.desk.close();
    await entry.model.close();
  }

  return {
    served,
    load: (id, spec) => {
      const entry: Loading = { unwanted: false, over: Promise.resolve() };
      loading.set(id, entry);
      entry.over = loadNow(id, spec, entry);
    },
    unload: (id, model) =>
      release(model).then(
        () => send({ type: "done", id, metrics: undefined }),
        (error: unknown) => send({ type: "failed", id, failure: toFailure(error, { doing: "Freeing the model" }) }),
      ),
    cancel: (id) => {
      const pending = loading.get(id);
      if (pending !== undefined) pending.unwanted = true;
      return pending !== undefined;
    },
    close: async () => {
      await Promise.allSettled([...loading.keys(), ...served.keys()].map(release));
    },
  };
}
