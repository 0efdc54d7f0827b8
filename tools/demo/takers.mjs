import { join } from "node:path";
import { createWavFile } from "./wav-file.mjs";

/** Plays on the sound device; undefined where there is none, or nothing that could play through it. */
export async function openSpeakerTaker(sampleRate) {
  const { createSpeaker } = await import("@parlando/speaker");
  const speaker = createSpeaker();
  const never = new AbortController();
  let next;
  try {
    next = await speaker.openSink({ sampleRate, channels: 1 }, never.signal);
  } catch (error) {
    await speaker.close();
    if (error.code !== "NO_AUDIO_DEVICE") throw error;
    return undefined;
  }
  return {
    taken: "played",
    async attach() {
      const sink = next ?? (await speaker.openSink({ sampleRate, channels: 1 }, never.signal));
      next = undefined;
      return { options: { sink }, takenMs: () => ((sink.playedFrames() ?? 0) / sampleRate) * 1000 };
    },
    close: () => speaker.close(),
    done: "",
  };
}

/** Writes into `demo.wav` in the current folder. */
export async function openFileTaker(sampleRate) {
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
      return { options: { onChunk }, takenMs: () => writtenMs };
    },
    close: () => file.close(),
    done: `Written to ${path}`,
  };
}
