import { readTag, type SsmlTag } from "./ssml-tag.ts";
import { createSpokenTextWriter, type BookmarkTag, type SpokenText, type TextSpan } from "./spoken-text.ts";

/** SSML elements that the library honours; each was tried. */
export const ssmlElements: readonly string[] = ["speak", "p", "s", "break", "mark", "emphasis", "prosody", "sub", "say-as", "voice"];

/** `interpret-as` values that change what is said, by the name the library has for them. */
const sayAsNames: Readonly<Record<string, string>> = {
  "characters": "characters", "spell-out": "characters", "digits": "tts:digits", "telephone": "telephone",
  "tts:char": "tts:char", "tts:key": "tts:key", "tts:digits": "tts:digits",
};

interface SsmlScan {
  source: string;
  writer: ReturnType<typeof createSpokenTextWriter>;
  spans: TextSpan[];
  breaks: number[];
  bookmarks: BookmarkTag[];
  ignored: Set<string>;
}

/**
 * An SSML document for the library: its tags stay, a `sub` is replaced by its alias (the library tells wrong positions for
 * it), and what stands between tags is noted.
 *
 * @param source - The document.
 */
export function ssmlSpokenText(source: string): SpokenText {
  const scan: SsmlScan = { source, writer: createSpokenTextWriter(source), spans: [], breaks: [], bookmarks: [], ignored: new Set() };
  let index = 0;
  while (index < source.length) {
    const open = source.indexOf("<", index);
    const end = open < 0 ? source.length : open;
    takeText(scan, index, end);
    if (open < 0) break;
    index = takeMarkup(scan, open);
  }
  const { spans, breaks, bookmarks } = scan;
  return { ...scan.writer.finish(source.length), readable: blankMarkup(source, spans), spans, breaks, bookmarks, ignored: [...scan.ignored] };
}

/** A character reference becomes a sign of the same length, so that `AT&amp;T` is one word. */
function blankMarkup(source: string, spans: readonly TextSpan[]): string {
  let readable = "";
  for (const { start, end } of spans) readable += " ".repeat(start - readable.length) + source.slice(start, end).replace(/&#?\w{1,16};/gu, (found) => "&".repeat(found.length));
  return readable + " ".repeat(source.length - readable.length);
}

function takeText(scan: SsmlScan, start: number, end: number): void {
  if (start >= end) return;
  scan.writer.copy(start, end);
  scan.spans.push({ start, end });
}

/** Takes one tag, comment or other markup; returns where it ends. */
function takeMarkup(scan: SsmlScan, open: number): number {
  const tag = readTag(scan.source, open);
  if (tag.kind === "other") return tag.end;
  if (tag.kind === "none") {
    scan.writer.replace("&lt;", open);
    return open + 1;
  }
  note(scan, tag);
  if (tag.kind === "open" && tag.name === "sub" && tag.attributes["alias"] !== undefined) return takeSub(scan, tag, tag.attributes["alias"]);
  if (tag.kind === "open" && tag.name === "say-as") takeSayAs(scan, tag);
  else scan.writer.copy(tag.start, tag.end);
  return tag.end;
}

function note(scan: SsmlScan, tag: SsmlTag): void {
  if (tag.name === "s" || tag.name === "p") scan.breaks.push(tag.start);
  if (tag.kind === "close") return;
  if (!ssmlElements.includes(tag.name)) scan.ignored.add(tag.name);
  const { name } = tag.attributes;
  if (tag.name === "mark" && name !== undefined) scan.bookmarks.push({ name, start: tag.start, end: tag.end });
}

function takeSub(scan: SsmlScan, tag: SsmlTag, alias: string): number {
  const close = scan.source.indexOf("<", tag.end);
  const end = close < 0 ? scan.source.length : close;
  scan.writer.replace(alias, firstLetter(scan.source, tag.end, end));
  if (tag.end < end) scan.spans.push({ start: tag.end, end });
  if (close < 0) return end;
  const closing = readTag(scan.source, close);
  return closing.kind === "close" && closing.name === "sub" ? closing.end : close;
}

function firstLetter(source: string, start: number, end: number): number {
  const found = source.slice(start, end).search(/[\p{L}\p{N}]/u);
  return start + Math.max(0, found);
}

function takeSayAs(scan: SsmlScan, tag: SsmlTag): void {
  const given = tag.attributes["interpret-as"] ?? "";
  const name = sayAsNames[given];
  if (name === undefined) {
    scan.ignored.add(`say-as interpret-as="${given}"`);
    scan.writer.copy(tag.start, tag.end);
    return;
  }
  scan.writer.replace(`<say-as interpret-as="${name}">`, tag.start);
}
