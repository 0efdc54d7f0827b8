import type { OpenSpeaker, Sink } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import type { SpeakerReport } from "@parlando/speaker";
import { loadOptionalPackage } from "../engines/load-optional-package.ts";
import { abortable } from "./abortable.ts";
import { createWaitingLine } from "./waiting-line.ts";

/** What of `@parlando/speaker` is used here. */
export interface SpeakerDevice {
  /** Opens the device; what is written to the sink is heard. */
  openSink: OpenSpeaker;
  /** What plays, and what does not. */
  describe?(): Promise<SpeakerReport>;
  close(): Promise<void>;
}

/** Imports `@parlando/speaker` and opens its default device. */
export type LoadSpeaker = () => Promise<SpeakerDevice>;

/** The sound device, used by one stream at a time. */
export interface SharedSpeaker {
  /**
   * A stream's way to the device. `turn` is the place of its utterance: the device is not claimed before. `claim.open` waits until
   * those who claimed before have ended; `claim.release` lets the next one in at once, whatever became of the sink.
   */
  claimAfter(turn: Promise<void> | undefined): SpeakerClaim;
  close(): Promise<void>;
}

/** One stream's place at the device. */
export interface SpeakerClaim {
  open: OpenSpeaker;
  release(): void;
}

/**
 * The device, opened when the first stream claims it.
 *
 * @param load - Called again by the next claim when it failed.
 */
export function createSharedSpeaker(load: LoadSpeaker): SharedSpeaker {
  const line = createWaitingLine();
  let device: Promise<SpeakerDevice> | undefined;

  const openDevice = async (): Promise<SpeakerDevice> => {
    device ??= load();
    try {
      return await device;
    } catch (error) {
      device = undefined;
      throw error;
    }
  };

  return {
    claimAfter: (turn) => {
      let release = (): void => {};
      let released = false;
      const open: OpenSpeaker = async (format, signal) => {
        if (turn !== undefined) await abortable(turn, signal, "Waiting for an earlier utterance");
        const place = line.enter();
        if (released) place.leave();
        release = () => place.leave();
        try {
          await abortable(place.turn, signal, "Waiting for the speaker");
          const speaker = await openDevice();
          return leavingWhenEnded(await speaker.openSink(format, signal), release);
        } catch (error) {
          release();
          throw error;
        }
      };
      return {
        open,
        release: () => {
          released = true;
          release();
        },
      };
    },
    close: async () => {
      const opened = device;
      device = undefined;
      // A device that could not be opened has nothing to close, and its error was told to the stream that wanted it.
      const speaker = await opened?.catch(() => undefined);
      await speaker?.close();
    },
  };
}

/** The same sink; the place is left when everything was played, or when it is closed before. */
function leavingWhenEnded(sink: Sink, leave: () => void): Sink {
  return {
    ...(sink.format === undefined ? {} : { format: sink.format }),
    write: (chunk) => sink.write(chunk),
    playedFrames: () => sink.playedFrames(),
    pause: () => sink.pause(),
    resume: () => sink.resume(),
    clear: () => sink.clear(),
    end: () => sink.end().finally(leave),
    close: () => sink.close().finally(leave),
  };
}

/**
 * Imports `@parlando/speaker`, which is not installed with this package.
 *
 * @throws TTSError `NO_AUDIO_DEVICE` with the line that installs it.
 */
export async function loadSpeaker(): Promise<SpeakerDevice> {
  const loaded = await loadOptionalPackage({
    name: speakerPackage,
    need: "Playing through the speaker",
    code: "NO_AUDIO_DEVICE",
    load: () => import("@parlando/speaker"),
  });
  if ("createSpeaker" in loaded && typeof loaded.createSpeaker === "function") return (loaded as { createSpeaker(): SpeakerDevice }).createSpeaker();
  throw new TTSError("NO_AUDIO_DEVICE", `Playing through the speaker needs the package ${speakerPackage}, but it exports no \`createSpeaker\`; install the version that belongs to this parlando.`);
}

/** The npm package that plays through the machine's sound device. */
export const speakerPackage = "@parlando/speaker";
