import { join } from "node:path";
import { createWavFile } from "./wav-file.mjs";

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
    if (error.code !== "NO_AUDIO_DEVICE") throw error;
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
  const file = await createWavFile(path, sampleRate);
  return {
    taken: "written",
    async attach() {
      let writtenMs = 0;
      const onChunk = async (chunk) => {
        await file.append(chunk.bytes("pcm-s16le"));
        writtenMs += chunk.durationMs;
      };
      return { options: { onChunk, output: { sampleRate } }, takenMs: () => writtenMs };
    },
    close: () => file.close(),
    done: `Written to ${path}`,
  };
}
