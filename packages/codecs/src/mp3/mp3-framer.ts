import { TTSError } from "@parlando/engine";
import { sniffBytes } from "@parlando/core";
import { joinBytes } from "../join.ts";
import { areAlike, headerBytes, largestFrame, parseMp3Header, type Mp3Header } from "./mp3-header.ts";
import { id3Bytes, isId3Prefix, longestId3Head, trailingTagBytes } from "./id3.ts";

/** One frame of an MP3 stream. */
export interface Mp3Frame {
  readonly header: Mp3Header;
  /** A view of what was given; good until the next push. */
  readonly bytes: Uint8Array;
  /** A tag of its own stood before it, so that a new file begins. */
  readonly beginsFile: boolean;
}

/** Finds the frames of MP3 that arrives in pieces. */
export interface Mp3Framer {
  /**
   * Takes bytes cut anywhere; returns the frames that are complete. What comes out does not depend on the cuts.
   *
   * @throws TTSError `BAD_AUDIO` for what is not MP3.
   */
  push(bytes: Uint8Array): Mp3Frame[];
  /**
   * Bytes of a last frame that did not come whole.
   *
   * @throws TTSError `BAD_AUDIO` where there was no MP3 in what came, `TRUNCATED` where it ended before the first frame was complete.
   */
  flush(): number;
}

/** How far frames are looked for, where none is. */
const searchLimit = 65_536;

/** Enough to tell what something is that is not MP3. */
const sniffLength = 32;

/** Kinds of bytes in which MP3 may still begin further on. */
const searchable: ReadonlySet<string> = new Set(["MP3", "MP3 or AAC", "unknown binary data", "zeros"]);

interface FramerState {
  /** "start": nothing was read yet. "synced": a frame ended here. "searching": frames are looked for. */
  mode: "start" | "synced" | "searching";
  /** Less than a frame and the header of the next. */
  pending: Uint8Array;
  /** Bytes of a tag that are still to be left out. */
  toSkip: number;
  searched: number;
  beginsFile: boolean;
  last: Mp3Header | undefined;
  /** The first bytes, for an error. */
  opening: Uint8Array;
}

/** Makes a framer. Tags are skipped, what is no frame is left out until two alike follow each other. */
export function createMp3Framer(): Mp3Framer {
  const state: FramerState = {
    mode: "start", pending: new Uint8Array(0), toSkip: 0, searched: 0, beginsFile: true, last: undefined, opening: new Uint8Array(0),
  };
  return {
    push(bytes) {
      if (state.opening.length < sniffLength) state.opening = joinBytes([state.opening, bytes.subarray(0, sniffLength - state.opening.length)]);
      const skipped = Math.min(state.toSkip, bytes.length);
      state.toSkip -= skipped;
      const rest = bytes.subarray(skipped);
      const data = state.pending.length === 0 ? rest : joinBytes([state.pending, rest]);
      const found: Mp3Frame[] = [];
      let offset = 0;
      for (let used = -1; used !== 0 && offset < data.length; offset += used) used = step(state, data, offset, found);
      state.toSkip += Math.max(0, offset - data.length);
      state.pending = data.slice(offset);
      return found;
    },
    flush() {
      const { mode, toSkip, pending, opening } = state;
      state.pending = new Uint8Array(0);
      if (state.last !== undefined) return mode === "synced" && isFrameBegun(state.last, pending) ? pending.length : 0;
      if (opening.length === 0) return 0;
      if (toSkip > 0 || (mode === "start" && mayBecomeMp3(pending))) {
        throw new TTSError("TRUNCATED", "Reading MP3 audio: it ended before its first frame was complete. Try again.");
      }
      throw notMp3(opening);
    },
  };
}

/** Reads on at `offset`; returns how many bytes it used (more than there are: skip them), 0 when more are needed. */
function step(state: FramerState, data: Uint8Array, offset: number, found: Mp3Frame[]): number {
  if (state.mode === "searching") return search(state, data, offset, found);
  const left = data.length - offset;
  if (isId3Prefix(data, offset)) return left < longestId3Head ? 0 : skipTag(state, id3Bytes(data, offset));
  if (left < headerBytes) return 0;
  const header = parseMp3Header(data, offset);
  if (header !== undefined && (state.last === undefined || areAlike(state.last, header))) {
    return left < header.frameBytes ? 0 : take(state, data, offset, header, found);
  }
  const trailing = trailingTagBytes(data, offset);
  if (trailing > 0) return skipTag(state, trailing);
  if (state.last === undefined && left < sniffLength) return 0;
  if (state.last === undefined && !searchable.has(sniffBytes(data.subarray(offset, offset + sniffLength)))) throw notMp3(state.opening);
  state.mode = "searching";
  state.searched = 0;
  return search(state, data, offset, found);
}

/** Looks for a frame that another one like it follows. */
function search(state: FramerState, data: Uint8Array, offset: number, found: Mp3Frame[]): number {
  let at = offset;
  for (; at + headerBytes <= data.length; at += 1) {
    if (state.searched + at - offset > searchLimit) throw lostFrames(state);
    const header = data[at] === 0xff ? parseMp3Header(data, at) : undefined;
    if (header === undefined) continue;
    if (data.length - at < header.frameBytes + headerBytes) break;
    const next = parseMp3Header(data, at + header.frameBytes);
    if (next === undefined || !areAlike(header, next)) continue;
    if (state.last !== undefined && state.last.sampleRate !== header.sampleRate) throw changedRate(state.last, header);
    return at - offset + take(state, data, at, header, found);
  }
  state.searched += at - offset;
  return at - offset;
}

/** A frame that is like the last one, without its end. Less than a header may as well be padding. */
function isFrameBegun(last: Mp3Header, bytes: Uint8Array): boolean {
  const header = bytes.length < headerBytes ? undefined : parseMp3Header(bytes, 0);
  return header !== undefined && areAlike(last, header);
}

/** The beginning of a tag or of a frame. */
function mayBecomeMp3(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || isId3Prefix(bytes, 0)) return true;
  return bytes.length < headerBytes ? bytes[0] === 0xff : parseMp3Header(bytes, 0) !== undefined;
}

function take(state: FramerState, data: Uint8Array, offset: number, header: Mp3Header, found: Mp3Frame[]): number {
  found.push({ header, bytes: data.subarray(offset, offset + header.frameBytes), beginsFile: state.beginsFile });
  state.mode = "synced";
  state.beginsFile = false;
  state.last = header;
  return header.frameBytes;
}

function skipTag(state: FramerState, bytes: number): number {
  state.beginsFile = true;
  return bytes;
}

function notMp3(opening: Uint8Array): TTSError {
  return new TTSError(
    "BAD_AUDIO",
    `Reading MP3 audio: found ${sniffBytes(opening)}, expected MP3 frames. The engine may have answered with an error instead of audio, or in another format than it announced.`,
  );
}

function lostFrames(state: FramerState): TTSError {
  if (state.last === undefined) return notMp3(state.opening);
  return new TTSError("BAD_AUDIO", `Reading MP3 audio: no frame in ${searchLimit} bytes that followed the audio; expected one after another. Try again, or ask the engine for PCM.`);
}

function changedRate(last: Mp3Header, header: Mp3Header): TTSError {
  return new TTSError("BAD_AUDIO", `Reading MP3 audio: the rate changes from ${last.sampleRate} to ${header.sampleRate} Hz; expected one rate for one piece of audio.`);
}

/** Most that waits between two pushes, for the fuzz to hold against. */
export const mostPendingBytes: number = largestFrame + headerBytes + sniffLength;
