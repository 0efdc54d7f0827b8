import type { Mark } from "@parlando/engine";
import type { QuietStretches } from "./quiet-stretches.ts";
import type { LedgerSegment } from "./ledger-segment.ts";
import type { PlacedWords } from "./placed-word-list.ts";
import type { SpokenWords } from "./spoken-words.ts";

/** How fast a voice speaks: length of its speech / the length of its words at a common pace. */
export interface VoicePace {
  /** The slowest that is to be reckoned with: what streams have heard, or the common pace. */
  readonly slowest: number;
  /** Takes in the pace of one segment. */
  learn(pace: number): void;
}

/** One attempt at one segment that made audio: the unit of the ledger. */
export interface LedgerEntry {
  /** Shortened when another attempt goes on in the middle of it. */
  segment: LedgerSegment;
  readonly engine: string;
  readonly attempt: number;
  /** Position of its first frame in the stream; undefined until the entries before it are complete. */
  startFrame: number | undefined;
  /** Frames made so far, edges trimmed. */
  frames: number;
  /** Frames that were trimmed from its start: marks of the engine count from before them. */
  trimmedFrames: number;
  /** No more frames come. */
  complete: boolean;
  /** Its engine has failed: what was made is only the beginning of its text. */
  broken?: boolean | undefined;
  /** Marks as the engine told them, times from the request's first sample, offsets in the request's text. */
  marks: Mark[];
  /** Those of `marks` that the app wants and has not been told of. */
  unpublished: Mark[];
  /** How many of the words that core estimates were told; undefined while none was, because the engine tells words itself or nobody wants them. */
  estimatedWords: number | undefined;
  /** How fast its voice speaks, in all streams: says where it can be cut before a segment of this stream has told. It learns from this entry. */
  readonly voicePace?: VoicePace | undefined;
  /** The text of the segment is SSML. */
  markup?: boolean | undefined;
  /** The engine tells the bookmarks of its text. */
  tellsBookmarks?: boolean | undefined;
  /** BCP 47, where it is known: chooses the dictionary that finds the words of a script without spaces. */
  language?: string | undefined;
  /** Where its audio sounds and where it pauses, for an engine without word marks. */
  quiet?: QuietStretches | undefined;
  /** Characters that the provider bills, as far as known. */
  billedCharacters: number;
  /** The words of its text as they were last read. */
  readWords?: ReadWords | undefined;
  /** Their places as they were last worked out. */
  placed?: PlacedEntry | undefined;
}

/** The words of an entry's text. */
export interface ReadWords {
  readonly segment: LedgerSegment;
  /** Length of the text, which may grow. */
  readonly units: number;
  readonly words: SpokenWords;
  /** At a common pace, the pauses between the words included, in milliseconds. */
  readonly lengthMs: number;
}

/** The words of an entry with their places, and what these were worked out from. */
export interface PlacedEntry {
  readonly words: PlacedWords;
  readonly units: number;
  /** Frames and marks that there were: while nothing was added, nothing has to be worked out. */
  frames: number;
  marks: number;
  readonly placement: Placement;
  readonly whole: boolean;
  /** So many of the words had begun when that was asked last: it is asked for every chunk, further on each time, and the words are old memory by then. */
  begun: number;
  /** Offset in the fed text up to which these go. */
  begunUntil: number;
}

/** What the places of words follow from, beside the text and its end. */
export interface Placement {
  /** Of the speech, in frames; where its end is known or words are told by marks, the frames that were trimmed. */
  readonly startFrame: number;
  /** Of the speech; where its end is known or words are told by marks, of the audio that there is. */
  readonly endFrame: number;
  /** Pauses that were heard; where its end is known or words are told by marks, the marks. */
  readonly detail: number;
}
