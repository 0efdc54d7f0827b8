import { createSpeechStream, type SpeechStream, type StreamOptions, type StreamReport } from "@parlando/core";
import type { Engine } from "@parlando/engine";
import type { SpeechSource } from "../client/speech-source.ts";
import { createRemoteEngine } from "../remote/remote-engine.ts";
import { countMade, type MadeCount } from "./count-made.ts";
import type { ServerDoor } from "./server-door.ts";

/** Speaks by one model of the server. */
export interface DemoSource extends SpeechSource {
  readonly model: string;
  /** What has come from the server for the stream that was made last, in milliseconds. */
  madeMs(): number;
  /** For how long that was waited for, by its length; undefined before there is any. */
  realTimeFactor(): number | undefined;
  close(): Promise<void>;
}

interface OpenEngine {
  readonly engine: Engine;
  readonly count: MadeCount;
}

/**
 * As an app would have it: an engine like any other, and a stream over it. Nothing is opened before something is spoken, and after `close()` it is opened again when it
 * is wanted: StrictMode takes everything down once for a trial.
 */
export function openDemoSource({ address, model, door, hasKeys }: { readonly address: string; readonly model: string; readonly door: ServerDoor; readonly hasKeys: boolean }): DemoSource {
  const ticket = async (): Promise<string> => await door.ticket() ?? "";
  let open: OpenEngine | undefined;
  return {
    model,
    madeMs: () => open?.count.madeMs() ?? 0,
    realTimeFactor: () => open?.count.realTimeFactor(),
    createStream(options?: StreamOptions): SpeechStream {
      open ??= countMade(createRemoteEngine({ url: address, model, ...(hasKeys ? { ticket } : {}) }));
      open.count.restart();
      return createSpeechStream({ engines: [{ engine: open.engine }] }, options);
    },
    async close() {
      const { engine } = open ?? {};
      open = undefined;
      await engine?.close();
    },
  };
}

/** What the stream says of itself, as soon as a segment has ended; before that, what is seen of its audio. */
export function realTimeFactorOf(report: StreamReport | undefined, source: Pick<DemoSource, "realTimeFactor">): number | undefined {
  return report === undefined || report.realTimeFactor === 0 ? source.realTimeFactor() : report.realTimeFactor;
}
