import type { FakeSseOptions } from "./fake-openai-options.ts";

/** Writes server-sent events. */
export interface SseWriter {
  /** What stands before the first event. */
  start(): string;
  event(data: object): string;
  /** A delta of audio, and what the options put around it. */
  audio(bytes: Uint8Array): string;
  /** An event whose JSON breaks off. */
  broken(): string;
  /** What comes after the last event. */
  end(): string;
}

/** Letters of one to four bytes of UTF-8. */
const letters = "naïve Größe, 漢字 and 🎵";

/** Makes a writer of events in the form that the options ask for. */
export function createSseWriter(options: FakeSseOptions): SseWriter {
  let events = 0;

  // A line end stays the same within an event: "\r" before "\n" would be one line end, not two.
  function lineEnd(): string {
    const { lineEnd: chosen = "\n" } = options;
    return chosen === "mixed" ? (["\n", "\r\n", "\r"][events % 3] ?? "\n") : chosen;
  }
  function write(fields: readonly string[]): string {
    events += 1;
    const named = options.eventNames === true ? [`id: ${events}`] : [];
    const comments = options.comments === true ? [`: ${letters} ${events}`, ":"] : [];
    return [...comments, ...named, ...fields, ""].map((line) => `${line}${lineEnd()}`).join("");
  }
  function event(data: object): string {
    const json = options.multiLineData === true ? JSON.stringify(data, undefined, 1).split("\n") : [JSON.stringify(data)];
    const name = options.eventNames === true && "type" in data ? [`event: ${String(data.type)}`] : [];
    return write([...name, ...json.map((line) => `data: ${line}`)]);
  }
  return {
    start: () => (options.byteOrderMark === true ? "\uFEFF" : ""),
    event,
    audio(bytes) {
      const unknown = options.unknownEvents === true ? event({ type: "speech.audio.note", note: letters }) : "";
      return unknown + event({ type: "speech.audio.delta", audio: Buffer.from(bytes).toString("base64") });
    },
    broken: () => write(['data: {"type":"speech.audio.delta","audio":"']),
    end: () => (options.doneMarker === true ? write(["data: [DONE]"]) : ""),
  };
}
