import type { Sink, StreamOptions } from "@parlando/core";
import type { Services } from "../services.ts";
import { assertWritable, isCompressed, type FileEncoding } from "../speech/output-file.ts";
import type { SpeakerDevice } from "../speech/shared-speaker.ts";
import { openFileSink } from "../speech/speak-to-file.ts";
import type { CommandLineIO } from "./io.ts";
import type { SpeakDestination } from "./speak-destination.ts";

/** A destination that is open. */
export interface SpeakTarget {
  readonly sink: NonNullable<StreamOptions["sink"]>;
  /** Those of the command line, with a speaker whose playhead is watched. */
  readonly services: Services;
  /** Takes down what the speaker plays, where both are wanted. */
  readonly record?: Sink | undefined;
  /** How far it has been heard; undefined where it is not heard, or not yet. */
  playedMs(): number | undefined;
  close(): Promise<void>;
}

/** Opens what a destination needs; the speaker itself is opened by the stream. */
export async function openTarget(destination: SpeakDestination, io: CommandLineIO): Promise<SpeakTarget> {
  if (destination.kind === "speaker") return playing(io.services, undefined);
  if (destination.kind === "stdout") return taking(io.services, await openOutputSink(io, destination.encoding));
  await assertWritable(destination.path);
  const file = await openFileSink(destination.path, { encoding: destination.encoding, codecs: io.services.loadCodecs });
  return destination.play ? playing(io.services, file) : taking(io.services, file);
}

function taking(services: Services, sink: Sink): SpeakTarget {
  return { sink, services, playedMs: () => undefined, close: () => sink.close() };
}

function playing(services: Services, record: Sink | undefined): SpeakTarget {
  let playedMs = (): number | undefined => undefined;
  const watched = (device: SpeakerDevice): SpeakerDevice => ({
    openSink: async (format, signal) => {
      const sink = await device.openSink(format, signal);
      const sampleRate = sink.format?.sampleRate ?? format.sampleRate;
      playedMs = () => {
        const frames = sink.playedFrames();
        return frames === undefined ? undefined : (frames / sampleRate) * 1000;
      };
      return sink;
    },
    close: () => device.close(),
  });
  return {
    sink: "speaker",
    services: { ...services, loadSpeaker: async () => watched(await services.loadSpeaker()) },
    record,
    playedMs: () => playedMs(),
    close: async () => await record?.close(),
  };
}

async function openOutputSink(io: CommandLineIO, encoding: FileEncoding): Promise<Sink> {
  const { createNodeWritableSink } = await import("@parlando/core/node");
  // What is missing is told before there is any speech.
  if (isCompressed(encoding)) await io.services.loadCodecs?.();
  return createNodeWritableSink(io.stdout, { encoding, codecs: io.services.loadCodecs, end: false });
}
