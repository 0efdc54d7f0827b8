import type { EngineEvent, SessionEvent, SynthesisRequest, TTSError } from "@parlando/engine";

/** What came of a reading. */
export interface ReadEvents {
  readonly events: readonly SessionEvent[];
  readonly error: TTSError | undefined;
}

/** Reads to the end, whichever that is. */
export async function readEvents(events: AsyncIterable<SessionEvent | EngineEvent>, onEvent: (event: SessionEvent) => void | Promise<void> = () => undefined): Promise<ReadEvents> {
  const all: SessionEvent[] = [];
  try {
    for await (const event of events) {
      all.push(event);
      await onEvent(event);
    }
    return { events: all, error: undefined };
  } catch (error) {
    return { events: all, error: error as TTSError };
  }
}

/** A request for plain text in 16 bits at 24 kHz. */
export function requestFor(text: string, change: Partial<SynthesisRequest> = {}): SynthesisRequest {
  return { text, ssml: false, format: { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 }, marks: ["word"], ...change };
}

/** All audio of some events. */
export function samplesOf(events: readonly SessionEvent[]): Int16Array {
  const bytes = events.flatMap((event) => (event.type === "audio" ? [...event.bytes] : []));
  return new Int16Array(Uint8Array.from(bytes).buffer);
}

/** Waits until something is so. */
export async function until(condition: () => boolean): Promise<void> {
  const endsAt = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > endsAt) throw new Error("What was waited for did not come about within 20 s.");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
