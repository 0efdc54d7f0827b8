import type { Sink } from "@parlando/core";
import { StreamError, TTSError } from "@parlando/engine";

import type { Backend, Line } from "../line/line.ts";
import { throwIfAborted } from "../line/abort.ts";
import { askPulseServer, type PulseServer } from "../pulse/pulse-server.ts";
import { LineSink } from "../sink/line-sink.ts";
import { candidatesFor, openFirstLine, withoutDevice } from "./open-line.ts";
import { ParkedLine } from "./parked-line.ts";
import type { BackendReport, Speaker, SpeakerDevice, SpeakerFormat, SpeakerOptions, SpeakerReport } from "./speaker-options.ts";

const loudest = 4;
const tried = { sampleRate: 48_000, channels: 1 };
const never = new AbortController().signal;

/** A speaker over the given ways of playing, in the order in which they are tried. */
export class SpeakerOfBackends implements Speaker {
  readonly #backends: readonly Backend[];
  readonly #device: string | undefined;
  readonly #sinks = new Set<LineSink>();
  readonly #parked = new ParkedLine();
  readonly #closing = new AbortController();
  #volume: number;

  constructor(backends: readonly Backend[], options: SpeakerOptions) {
    const wanted = options.backend ?? "auto";
    this.#backends = backends.filter(({ id }) => wanted === "auto" || wanted === id);
    if (this.#backends.length === 0) throw new TTSError("INVALID_CONFIG", `The speaker option \`backend\` is "${wanted}"; it can be "auto", ${backends.map(({ id }) => `"${id}"`).join(", ")}.`);
    this.#device = options.device;
    this.#volume = checkedVolume(options.volume ?? 1);
  }

  async openSink(format: SpeakerFormat, signal: AbortSignal = never): Promise<Sink> {
    checkFormat(format);
    if (this.#closing.signal.aborted) throw closedError();
    throwIfAborted(signal);
    const line = (await this.#parked.take(format.channels)) ?? (await this.#openLine(format, signal));
    const sink = new LineSink({
      line,
      volume: this.#volume,
      onClosed: async () => {
        this.#sinks.delete(sink);
        await (this.#closing.signal.aborted ? line.close() : this.#parked.park(line));
      },
    });
    this.#sinks.add(sink);
    return sink;
  }

  async devices(): Promise<readonly SpeakerDevice[]> {
    const lists = await Promise.all(this.#backends.map(async (backend) => (await backend.devices(this.#closing.signal)).map((device) => ({ ...device, backend: backend.id }))));
    return lists.flat();
  }

  async describe(): Promise<SpeakerReport> {
    const tries: { report: BackendReport; sampleRate: number | undefined }[] = [];
    const server = await askPulseServer(this.#closing.signal);
    for (const backend of this.#backends) tries.push(await this.#tryBackend(backend, server));
    const used = tries.find(({ report }) => report.usable);
    return {
      backend: used?.report.backend,
      sampleRate: used?.sampleRate,
      backends: tries.map(({ report }) => report),
      remedy: used === undefined ? withoutDevice : undefined,
    };
  }

  setVolume(volume: number): void {
    this.#volume = checkedVolume(volume);
    for (const sink of this.#sinks) sink.setVolume(volume);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...[...this.#sinks].map((sink) => sink.close()), this.#parked.close()]);
  }

  async #openLine(format: SpeakerFormat, signal: AbortSignal): Promise<Line> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const candidates = await candidatesFor(this.#backends, this.#device, either);
    throwIfAborted(either);
    const line = await openFirstLine(candidates, { sampleRate: format.sampleRate, channels: format.channels }, either);
    if (!either.aborted) return line;
    await line.close();
    throwIfAborted(either);
    return line;
  }

  async #tryBackend(backend: Backend, server: PulseServer): Promise<{ report: BackendReport; sampleRate: number | undefined }> {
    try {
      const [candidate] = await candidatesFor([backend], this.#device, this.#closing.signal);
      const line = await backend.open({ ...tried, device: candidate?.device, server }, this.#closing.signal);
      await line.close();
      return { report: { backend: backend.id, usable: true, detail: `plays at ${line.sampleRate} Hz` }, sampleRate: line.sampleRate };
    } catch (error) {
      if (!TTSError.isInstance(error)) throw error;
      return { report: { backend: backend.id, usable: false, detail: error.message }, sampleRate: undefined };
    }
  }
}

function checkedVolume(volume: number): number {
  if (volume >= 0 && volume <= loudest) return volume;
  throw new TTSError("INVALID_CONFIG", `The speaker's volume is ${volume}; it must be a number from 0 to ${loudest}, where 1 leaves the samples as they are.`);
}

function checkFormat({ sampleRate, channels }: SpeakerFormat): void {
  const possible = Number.isInteger(sampleRate) && sampleRate >= 4000 && sampleRate <= 384_000 && (channels === 1 || channels === 2);
  if (!possible) throw new TTSError("INVALID_INPUT", `A speaker sink was asked for with ${sampleRate} Hz and ${channels} channel(s); it can have 4,000 to 384,000 Hz and 1 or 2 channels.`);
}

function closedError(): StreamError {
  return new StreamError("STREAM_CLOSED", "openSink() was called on a speaker that is closed; make another with `createSpeaker()`.");
}
