import { byteBlocks, type ByteBlockOptions } from "./byte-blocks.ts";
import type { FakeSpeech } from "./fake-speech.ts";
import type { PlacedMark } from "./speech-marks.ts";
import type { SpeechPart } from "./speech-turn-messages.ts";

/** The audio of a speech in blocks; each mark comes right before the block in which its time lies. */
export async function* speechParts(speech: FakeSpeech, marks: readonly PlacedMark[], blocks: ByteBlockOptions): AsyncGenerator<SpeechPart, void, undefined> {
  const bytesPerMs = (speech.sampleRate * speech.bytesPerFrame) / 1000;
  let sent = 0;
  let next = 0;
  function* marksBefore(ms: number): Generator<SpeechPart, void, undefined> {
    for (let mark = marks[next]; mark !== undefined && mark.atMs < ms; mark = marks[next]) {
      next += 1;
      yield { kind: "metadata", entry: mark.entry };
    }
  }
  for await (const bytes of byteBlocks(speech, blocks)) {
    sent += bytes.length;
    yield* marksBefore(sent / bytesPerMs);
    yield { kind: "audio", bytes };
  }
  if (!blocks.signal.aborted) yield* marksBefore(Infinity);
}
