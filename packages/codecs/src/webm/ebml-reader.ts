import { sniffBytes } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import { joinBytes } from "../join.ts";
import { createHeldBytes, type HeldBytes } from "../held-bytes.ts";
import { ebmlIds } from "./ebml-ids.ts";
import { readEbmlId, readEbmlSize, unknownSize } from "./ebml-number.ts";

/** An element that was asked for. */
export interface EbmlElement {
  readonly id: number;
  /** Empty where only its beginning matters. A view that is good during the call only. */
  readonly body: Uint8Array;
}

/** Finds elements in WebM that arrives in pieces. */
export interface EbmlReader {
  /**
   * Takes bytes cut anywhere; calls back for each element that is complete.
   *
   * @throws TTSError `BAD_AUDIO` for what is not WebM.
   */
  push(bytes: Uint8Array, onElement: (element: EbmlElement) => void): void;
  /** @throws TTSError `TRUNCATED` where the bytes ended inside an element, a cluster of known size among them. */
  flush(): void;
}

/** Longest element that is collected: an Opus packet is at most 61,440 bytes (RFC 7845, 6). */
export const longestElement = 65_536;

/** Elements whose children are read as if they stood beside them, so that it does not matter where they end. */
const entered: ReadonlySet<number> = new Set([ebmlIds.segment, ebmlIds.tracks, ebmlIds.cluster]);

/** Elements that are handed on whole. */
const collected: ReadonlySet<number> = new Set([ebmlIds.trackEntry, ebmlIds.simpleBlock, ebmlIds.blockGroup]);

interface ReaderState {
  readonly held: HeldBytes;
  /** Bytes of an element that nobody wants. */
  toSkip: number;
  hasBegun: boolean;
  /** Bytes that were read. */
  position: number;
  /** Where the elements end whose children are read, as far as they tell. */
  announcedEnd: number;
  /** The element being collected; undefined while a head is read. */
  open: { readonly id: number; readonly size: number } | undefined;
}

/** Makes a reader. It holds one element at most. */
export function createEbmlReader(): EbmlReader {
  const state: ReaderState = { held: createHeldBytes(longestElement), toSkip: 0, hasBegun: false, position: 0, announcedEnd: 0, open: undefined };
  return {
    push(bytes, onElement) {
      for (let offset = 0; offset < bytes.length; ) {
        const used = step(state, bytes.subarray(offset));
        offset += used.length;
        if (used.element !== undefined) onElement(used.element);
      }
    },
    flush() {
      if (state.held.length > 0 || state.toSkip > 0 || state.open !== undefined) {
        throw new TTSError("TRUNCATED", "Reading WebM audio: it ended inside an element. Try again.");
      }
      if (state.position < state.announcedEnd) {
        throw new TTSError("TRUNCATED", `Reading WebM audio: it ended ${state.announcedEnd - state.position} bytes before the end that its clusters announce. Try again.`);
      }
    },
  };
}

/** Reads on; tells how many bytes it used, and the element that has become complete. */
function step(state: ReaderState, bytes: Uint8Array): { length: number; element: EbmlElement | undefined } {
  if (state.toSkip > 0) {
    const length = Math.min(state.toSkip, bytes.length);
    state.toSkip -= length;
    state.position += length;
    return { length, element: undefined };
  }
  // A head is read byte by byte: it is a few bytes long, and tells its own length.
  const part = bytes.subarray(0, state.open === undefined ? 1 : state.open.size - state.held.length);
  state.held.append(part);
  state.position += part.length;
  return { length: part.length, element: state.open === undefined ? readHead(state, bytes.subarray(part.length)) : finishElement(state) };
}

/** `following` is what stands behind it, for an error that tells what was found instead. */
function readHead(state: ReaderState, following: Uint8Array): EbmlElement | undefined {
  const bytes = state.held.view();
  if (!state.hasBegun && bytes.some((value, index) => index < ebmlStart.length && value !== ebmlStart[index])) throw notWebm(joinBytes([bytes, following.subarray(0, 32)]));
  const id = readEbmlId(bytes, 0);
  if (id === "bad") throw damaged("no element where one was expected");
  const size = id === undefined ? undefined : readEbmlSize(bytes, id.length);
  if (size === "bad") throw damaged("an element without a size");
  return id === undefined || size === undefined ? undefined : beginElement(state, id.value, size.value);
}

function beginElement(state: ReaderState, id: number, size: number): EbmlElement | undefined {
  state.hasBegun = true;
  state.held.clear();
  const beginning: EbmlElement = { id, body: new Uint8Array(0) };
  if (entered.has(id)) {
    if (size !== unknownSize) state.announcedEnd = Math.max(state.announcedEnd, state.position + size);
    return beginning;
  }
  if (size === unknownSize) throw damaged("an element of unknown size where only clusters may be so");
  if (!collected.has(id)) {
    state.toSkip = size;
    return id === ebmlIds.ebml ? beginning : undefined;
  }
  if (size > longestElement) throw damaged(`an element of ${size} bytes; expected at most ${longestElement}`);
  state.open = { id, size };
  return finishElement(state);
}

function finishElement(state: ReaderState): EbmlElement | undefined {
  const { open, held } = state;
  if (open === undefined || held.length < open.size) return undefined;
  const element = { id: open.id, body: held.view() };
  state.open = undefined;
  held.clear();
  return element;
}

const ebmlStart = [0x1a, 0x45, 0xdf, 0xa3] as const;

function notWebm(bytes: Uint8Array): TTSError {
  return new TTSError(
    "BAD_AUDIO",
    `Reading WebM audio: found ${sniffBytes(bytes)}, expected an EBML head. The engine may have answered with an error instead of audio, or in another format than it announced.`,
  );
}

/** An error for what cannot be WebM. */
export function damaged(found: string): TTSError {
  return new TTSError("BAD_AUDIO", `Reading WebM audio: found ${found}. Try again, or ask the engine for another format.`);
}

/** Calls back for each child of an element that was handed on whole. */
export function readChildren(body: Uint8Array, onChild: (child: EbmlElement) => void): void {
  for (let offset = 0; offset < body.length; ) {
    const id = readEbmlId(body, offset);
    const size = id === undefined || id === "bad" ? undefined : readEbmlSize(body, offset + id.length);
    if (id === undefined || id === "bad" || size === undefined || size === "bad") throw damaged("no element where one was expected");
    const start = offset + id.length + size.length;
    if (size.value > body.length - start) throw damaged("an element that is longer than the one around it");
    onChild({ id: id.value, body: body.subarray(start, start + size.value) });
    offset = start + size.value;
  }
}
