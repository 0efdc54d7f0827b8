/** A span of the request's text, in UTF-16 units. */
export interface TextSpan {
  start: number;
  end: number;
}

/** An SSML `mark` element and where it stands. */
export interface BookmarkTag extends TextSpan {
  name: string;
}

/** What is given to the library, and where each of its characters came from. */
export interface SpokenText {
  /** The library's SSML. */
  text: string;
  /** For each code point of `text`, and for its end, the UTF-16 index in the request's text. */
  sourceOffsets: readonly number[];
  /** The request's text with blanks in place of its markup: as long as it, and what words are looked for in. */
  readable: string;
  /** The parts of the request's text that are spoken, in order, without markup. */
  spans: readonly TextSpan[];
  /** Where a sentence has to begin because of markup. */
  breaks: readonly number[];
  bookmarks: readonly BookmarkTag[];
  /** Names of elements, or of one of their uses, that the library does not honour. */
  ignored: readonly string[];
}

/** Collects what the library gets, character by character, with its origin. */
export interface SpokenTextWriter {
  /** Copies a span of the source; what the library would take for a command is taken apart. */
  copy(start: number, end: number): void;
  /** Writes `text` as if all of it stood at `sourceOffset`. */
  replace(text: string, sourceOffset: number): void;
  finish(sourceEnd: number): { text: string; sourceOffsets: number[] };
}

/** A writer over `source`. */
export function createSpokenTextWriter(source: string): SpokenTextWriter {
  const parts: string[] = [];
  const sourceOffsets: number[] = [];
  const append = (text: string, offset: number): void => {
    parts.push(text);
    for (let left = [...text].length; left > 0; left -= 1) sourceOffsets.push(offset);
  };
  let afterBracket = false;
  return {
    copy(start, end) {
      let index = start;
      for (const character of source.slice(start, end)) {
        // `[[` would begin phonemes in the library's own notation.
        if (character === "[" && afterBracket) append(" ", index);
        append(harmless(character), index);
        afterBracket = character === "[";
        index += character.length;
      }
    },
    replace(text, sourceOffset) {
      append(text, sourceOffset);
      afterBracket = false;
    },
    finish(sourceEnd) {
      sourceOffsets.push(sourceEnd);
      return { text: parts.join(""), sourceOffsets };
    },
  };
}

/** NUL ends a C string, other control characters begin commands of the library; half a surrogate pair is no character. */
function harmless(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x7f || (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d)) return " ";
  return /^[\ud800-\udfff]$/.test(character) ? "\ufffd" : character;
}

const escapes: Readonly<Record<string, string>> = { "<": "&lt;", "&": "&amp;" };

/**
 * Plain text for the library, which reads everything as SSML: `<` and `&` are escaped.
 *
 * @param source - The request's text.
 */
export function plainSpokenText(source: string): SpokenText {
  const writer = createSpokenTextWriter(source);
  let from = 0;
  for (let index = 0; index < source.length; index += 1) {
    const escaped = escapes[source.charAt(index)];
    if (escaped === undefined) continue;
    writer.copy(from, index);
    writer.replace(escaped, index);
    from = index + 1;
  }
  writer.copy(from, source.length);
  return { ...writer.finish(source.length), readable: source, spans: [{ start: 0, end: source.length }], breaks: [], bookmarks: [], ignored: [] };
}
