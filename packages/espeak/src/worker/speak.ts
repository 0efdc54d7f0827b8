import type { EngineEvent } from "@parlando/engine";
import { controlCells, windowBlocks, type SpeakJob } from "../espeak-wire.ts";
import type { EspeakLibrary } from "../library/espeak-library.ts";
import { createMarkMapper } from "../marks/mark-mapper.ts";
import { plainSpokenText } from "../text/spoken-text.ts";
import { ssmlSpokenText } from "../text/ssml-text.ts";

/** What speaking one job needs. */
export interface SpeakContext {
  library: EspeakLibrary;
  job: SpeakJob;
  /** The voice's file. */
  identifier: string;
  /** BCP-47, of the voice. */
  language: string;
  /** Where the engine says that it has called off, and how much it took; without it the job runs to its end. */
  control: Int32Array | undefined;
  post(events: EngineEvent[], transfer: ArrayBuffer[]): void;
}

/** Audio waits for the marks that begin in it, but not longer than this: about 0.8 s of speech, a few milliseconds of work. */
const heldChunksLimit = 8;

interface HeldChunk {
  samples: Float32Array<ArrayBuffer>;
  endMs: number;
}

/** Speaks one job and posts its events while the library works. Blocks. */
export function speak(context: SpeakContext): void {
  const { library, job } = context;
  const spoken = job.ssml ? ssmlSpokenText(job.text) : plainSpokenText(job.text);
  const mapper = createMarkMapper({ source: job.text, spoken, language: context.language, kinds: job.marks });
  const gate = createGate(context);
  const held: HeldChunk[] = [];
  let frames = 0;
  if (spoken.ignored.length > 0) gate.post([ignoredWarning(spoken.ignored)], []);

  const release = (events: EngineEvent[], count: number): boolean => {
    const chunks = held.splice(0, count);
    for (const { samples } of chunks) events.push({ type: "pcm", samples });
    return events.length === 0 || gate.post(events, chunks.map(({ samples }) => samples.buffer));
  };
  library.speak(spoken.text, { ...job, voice: context.identifier }, (samples, nativeEvents) => {
    if (isAborted(context.control)) return true;
    frames += samples.length;
    if (samples.length > 0) held.push({ samples: toFloats(samples, job.volume), endMs: (frames / library.sampleRate) * 1000 });
    const events = mapper.push(nativeEvents).map((mark): EngineEvent => ({ type: "mark", mark }));
    const settledMs = mapper.settledMs();
    const settled = held.filter(({ endMs }) => endMs <= settledMs).length;
    return !release(events, Math.max(settled, held.length - heldChunksLimit));
  });
  const rest = mapper.finish((frames / library.sampleRate) * 1000).map((mark): EngineEvent => ({ type: "mark", mark }));
  release(rest, held.length);
}

function ignoredWarning(ignored: readonly string[]): EngineEvent {
  const names = ignored.map((name) => name.slice(0, 60)).slice(0, 10).join(", ");
  return { type: "warning", code: "SSML_IGNORED", message: `espeak does not honour these SSML elements: ${names}. Their text is spoken as if they were not there.` };
}

/** Linear volume; what is too loud is cut off at full scale. */
function toFloats(samples: Int16Array, volume: number): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(samples.length);
  for (const [index, sample] of samples.entries()) floats[index] = Math.max(-1, Math.min(1, (sample / 32_768) * volume));
  return floats;
}

/** Posts while the engine takes; false when it has called off. */
function createGate({ control, post }: SpeakContext): { post(events: EngineEvent[], transfer: ArrayBuffer[]): boolean } {
  let posted = 0;
  return {
    post(events, transfer) {
      if (control === undefined) {
        post(events, transfer);
        return true;
      }
      if (!waitForRoom(control, posted)) return false;
      post(events, transfer);
      posted += transfer.length;
      return true;
    },
  };
}

function isAborted(control: Int32Array | undefined): boolean {
  return control !== undefined && Atomics.load(control, controlCells.aborted) !== 0;
}

/** Sleeps until the reader is less than the window behind. */
function waitForRoom(control: Int32Array, posted: number): boolean {
  for (;;) {
    if (isAborted(control)) return false;
    const taken = Atomics.load(control, controlCells.taken);
    if (posted - taken < windowBlocks) return true;
    Atomics.wait(control, controlCells.taken, taken);
  }
}
