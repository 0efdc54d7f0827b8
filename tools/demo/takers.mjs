import { join } from "node:path";
import { createWavFileSink } from "@parlando/core/node";
import { TTSError } from "parlando";

/** The rate of the file, and what the speaker is asked for: what the embedded voice makes by itself, so that nothing need be converted. */
const sampleRate = 22_050;

/** Plays on the sound device; undefined where there is none, or nothing that could play through it. */
export async function openSpeakerTaker() {
  const { createSpeaker } = await import("@parlando/speaker");
  const speaker = createSpeaker();
  const openSink = () => speaker.openSink({ sampleRate, channels: 1 });
  let next;
  try {
    next = await openSink();
  } catch (error) {
    await speaker.close();
    if (!TTSError.isInstance(error) || error.code !== "NO_AUDIO_DEVICE") throw error;
    return undefined;
  }
  return {
    taken: "played",
    async attach() {
      const sink = next ?? (await openSink());
      next = undefined;
      const deviceRate = sink.format?.sampleRate ?? sampleRate;
      return { options: { sink }, takenMs: () => ((sink.playedFrames() ?? 0) / deviceRate) * 1000 };
    },
    close: () => speaker.close(),
    done: "",
  };
}

/** Writes into `demo.wav` in the current folder. */
export async function openFileTaker() {
  const path = join(process.cwd(), "demo.wav");
  // One file for all streams, which a stream's own sink could not be: a sink serves one stream.
  const file = createWavFileSink(path, { sampleRate });
  return {
    taken: "written",
    async attach() {
      let writtenMs = 0;
      const onChunk = async (chunk) => {
        await file.write(chunk);
        writtenMs += chunk.durationMs;
      };
      return { options: { onChunk, output: { sampleRate } }, takenMs: () => writtenMs };
    },
    async close() {
      await file.end();
      await file.close();
    },
    done: `Written to ${path}`,
  };
}
