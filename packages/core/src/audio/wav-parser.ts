import { TTSError } from "@parlando/engine";
import { sniffBytes } from "./sniff-bytes.ts";
import { longestFormatChunk, parseWavFormat, type WavFormat } from "./wav-format.ts";

/** Audio bytes of a WAV file, and how to read them. A new format object means a new file, which begins on a border of its own. */
export interface WavPart {
  readonly format: WavFormat;
  readonly bytes: Uint8Array;
}

/** Finds the format and the audio bytes in a WAV file that arrives in pieces. */
export interface WavParser {
  /** Known once the header's format chunk has come. */
  readonly format: WavFormat | undefined;
  /**
   * Takes bytes cut anywhere; returns those that are audio, as views of what was given.
   *
   * @throws TTSError `BAD_AUDIO` for what is not WAV, `UNSUPPORTED` for encodings inside it that cannot be read.
   */
  push(bytes: Uint8Array): WavPart[];
  /** @throws TTSError `BAD_AUDIO` for what is not WAV, `TRUNCATED` when it ended inside the header. */
  flush(): WavPart[];
}

/** Most that may stand before the audio: pictures and tags are skipped, not kept, but a header must end. */
const headerLimit = 1_048_576;

/** Sizes from here on are placeholders of writers that did not know the length (0x7FFFFFFF, 0xFFFFFFFF, and these less a header). */
const placeholderSize = 0x7fff_0000;

/** Chunks that are seen after the audio. Where a size of 0 leaves it open whether audio follows, only these are taken for chunks. */
const trailingChunks = new Set([
  "LIST", "JUNK", "fact", "bext", "cue ", "smpl", "inst", "id3 ", "ID3 ", "PEAK", "iXML", "_PMX", "cart", "afsp", "DISP", "PAD ", "FLLR",
]);

const riffKinds: readonly string[] = ["RIFF", "RF64", "BW64"];

interface ParserState {
  /** What is being read: a structure being collected, bytes to skip, audio, or, at "trailing", nothing any more. */
  reading: "riff" | "chunk" | "format" | "size64" | "skip" | "audio" | "peek" | "trailing";
  readonly collected: Uint8Array;
  have: number;
  need: number;
  /** Bytes of the present chunk that follow what is collected of it. */
  remainder: number;
  headerBytes: number;
  /** Size of the audio from a `ds64` chunk, for files beyond 4 GB. */
  size64: number;
  format: WavFormat | undefined;
  /** Announced size of the audio: 0 where it is open, infinite where it is unknown. */
  dataSize: number;
  audioLeft: number;
}

/**
 * Makes a parser. It believes sizes as far as they can be true: unknown ones (0 and placeholders) mean that audio goes on to
 * the end; after a size that can be true, what looks like a chunk is skipped, another WAV file is read on, and anything else is
 * more audio, since writers that stream often put the size of their first block.
 */
export function createWavParser(): WavParser {
  const state: ParserState = {
    reading: "riff", collected: new Uint8Array(longestFormatChunk), have: 0, need: 12, remainder: 0,
    headerBytes: 0, size64: 0, format: undefined, dataSize: 0, audioLeft: 0,
  };
  return {
    get format() {
      return state.format;
    },
    push(bytes) {
      const found: WavPart[] = [];
      for (let offset = 0; offset < bytes.length && state.reading !== "trailing"; ) {
        offset += step(state, bytes.subarray(offset), found);
      }
      return found;
    },
    flush: () => finish(state),
  };
}

/** Reads on; returns how many bytes it used, at least one. */
function step(state: ParserState, bytes: Uint8Array, found: WavPart[]): number {
  if (state.reading === "audio") return takeAudio(state, bytes, found);
  if (state.reading === "skip") {
    const skipped = Math.min(bytes.length, state.remainder);
    skip(state, state.remainder - skipped);
    return skipped;
  }
  const part = bytes.subarray(0, state.need - state.have);
  state.collected.set(part, state.have);
  state.have += part.length;
  if (state.have === state.need) readCollected(state, found);
  return part.length;
}

function collect(state: ParserState, reading: ParserState["reading"], need: number): void {
  state.reading = reading;
  state.have = 0;
  state.need = need;
}

function skip(state: ParserState, count: number): void {
  state.remainder = count;
  if (count > 0) state.reading = "skip";
  else collect(state, "chunk", 8);
}

function takeAudio(state: ParserState, bytes: Uint8Array, found: WavPart[]): number {
  const audio = bytes.subarray(0, Math.min(bytes.length, state.audioLeft));
  emit(state, audio, found);
  state.audioLeft -= audio.length;
  if (state.audioLeft === 0) collect(state, "peek", 4 + (state.dataSize % 2));
  return audio.length;
}

function emit(state: ParserState, bytes: Uint8Array, found: WavPart[]): void {
  if (state.format !== undefined && bytes.length > 0) found.push({ format: state.format, bytes });
}

function readCollected(state: ParserState, found: WavPart[]): void {
  if (state.reading === "riff") readRiff(state);
  else if (state.reading === "chunk") readChunkHead(state);
  else if (state.reading === "format") readFormat(state);
  else if (state.reading === "size64") readSize64(state);
  else readPeek(state, found);
}

function readRiff(state: ParserState): void {
  if (!riffKinds.includes(fourCharacters(state, 0)) || fourCharacters(state, 8) !== "WAVE") throw notWav(state);
  collect(state, "chunk", 8);
}

function readChunkHead(state: ParserState): void {
  const id = fourCharacters(state, 0);
  const size = view(state).getUint32(4, true);
  if (id === "data") return beginAudio(state, size);
  const padded = size + (size % 2);
  state.headerBytes += 8 + padded;
  if (state.headerBytes > headerLimit) {
    throw new TTSError("BAD_AUDIO", `Reading WAV audio: no audio within the first ${headerLimit} bytes, where a header must end. Ask the engine for raw PCM.`);
  }
  const kept = id === "fmt " ? Math.min(size, longestFormatChunk) : id === "ds64" && size >= 16 ? 16 : 0;
  state.remainder = padded - kept;
  if (kept > 0) collect(state, id === "fmt " ? "format" : "size64", kept);
  else skip(state, padded);
}

function beginAudio(state: ParserState, size: number): void {
  if (state.format === undefined) {
    throw new TTSError("BAD_AUDIO", "Reading WAV audio: the audio comes before the format chunk that would say how to read it. Ask the engine for another format.");
  }
  const long = size === 0xffff_ffff && state.size64 > 0 && Number.isSafeInteger(state.size64);
  state.dataSize = long ? state.size64 : size < placeholderSize ? size : Number.POSITIVE_INFINITY;
  state.audioLeft = state.dataSize;
  if (state.dataSize === 0) collect(state, "peek", 4);
  else state.reading = "audio";
}

function readFormat(state: ParserState): void {
  const next = parseWavFormat(state.collected.subarray(0, state.need));
  if (state.format !== undefined && next.sampleRate !== state.format.sampleRate) {
    throw new TTSError(
      "BAD_AUDIO",
      `Reading WAV audio: a second header changes the rate from ${state.format.sampleRate} to ${next.sampleRate} Hz; expected one rate for one piece of audio.`,
    );
  }
  state.format = next;
  skip(state, state.remainder);
}

function readSize64(state: ParserState): void {
  state.size64 = Number(view(state).getBigUint64(8, true));
  skip(state, state.remainder);
}

/** Looks at what follows the announced end: a chunk (after the padding of an odd size), another WAV file, or more audio. */
function readPeek(state: ParserState, found: WavPart[]): void {
  const padding = state.dataSize % 2;
  const id = fourCharacters(state, padding);
  if (id === "RIFF") {
    const start = state.collected.slice(padding, state.have);
    collect(state, "riff", 12);
    state.collected.set(start);
    state.have = start.length;
    state.headerBytes = 0;
  } else if (trailingChunks.has(id) || (state.dataSize > 0 && /^[\w ]{4}$/.test(id))) {
    state.reading = "trailing";
  } else {
    state.audioLeft = Number.POSITIVE_INFINITY;
    state.reading = "audio";
    emit(state, state.collected.slice(0, state.have), found);
  }
}

function finish(state: ParserState): WavPart[] {
  const found: WavPart[] = [];
  const { reading, have } = state;
  if (reading === "peek" && state.dataSize === 0) emit(state, state.collected.slice(0, have), found);
  if (reading === "audio" || reading === "peek" || reading === "trailing" || (reading === "riff" && have === 0)) return found;
  if (reading === "riff" && !riffKinds.some((kind) => kind.startsWith(fourCharacters(state, 0).slice(0, have)))) throw notWav(state);
  throw new TTSError("TRUNCATED", "Reading WAV audio: it ended inside the header, before any audio. Try again.");
}

function view(state: ParserState): DataView {
  return new DataView(state.collected.buffer);
}

function fourCharacters(state: ParserState, offset: number): string {
  return String.fromCharCode(...state.collected.subarray(offset, offset + 4));
}

function notWav(state: ParserState): TTSError {
  const found = sniffBytes(state.collected.subarray(0, state.have));
  return new TTSError(
    "BAD_AUDIO",
    `Reading WAV audio: found ${found}, expected a RIFF/WAVE header. The engine may have answered with an error instead of audio, or in another format than it announced.`,
  );
}
