import type { CaptionPiece, Cue } from "./caption-piece.ts";
import type { CaptionSettings } from "./caption-options.ts";
import { wrapLines } from "./wrap-lines.ts";

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const LETTERS = /\p{L}/gu;
const RIGHT_TO_LEFT_MARK = "\u200f";

/** What stands before the first cue of a file. */
export function captionHeader(format: CaptionSettings["format"]): string {
  return format === "webvtt" ? "WEBVTT\n\n" : "";
}

/** A cue as it stands in a file, with the empty line behind it. `number` counts from 1. */
export function writeCue(cue: Cue, number: number, settings: CaptionSettings): string {
  const { format } = settings;
  const lines = wrapLines(cue.pieces, settings);
  const isRightToLeft = readsRightToLeft(cue.pieces.map((piece) => piece.text).join(""));
  const clock = { lastMs: cue.startMs, endMs: cue.endMs };
  const text = lines.map((line) => writeLine(line, isRightToLeft, settings, clock)).join("\n");
  const time = `${writeTime(cue.startMs, format)} --> ${writeTime(cue.endMs, format)}`;
  return `${format === "srt" ? `${number}\n` : ""}${time}\n${text}\n\n`;
}

function writeLine(line: readonly CaptionPiece[], isRightToLeft: boolean, settings: CaptionSettings, clock: { lastMs: number; endMs: number }): string {
  const parts = line.map((piece, index) => {
    const text = index + 1 === line.length ? piece.text.trimEnd() : piece.text;
    const shown = index === 0 ? text.trimStart() : text;
    if (settings.format === "srt") return shown;
    const stamp = settings.highlight ? stampOf(piece, clock) : "";
    return stamp + shown.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  });
  // A player takes the direction of a line from its first letter, which may be that of a foreign name.
  const [first = ""] = line.map((piece) => piece.text).join("").match(LETTERS) ?? [];
  const needsMark = isRightToLeft && !RIGHT_TO_LEFT.test(first);
  return (needsMark ? RIGHT_TO_LEFT_MARK : "") + parts.join("");
}

/** Inside its cue and behind the stamp before it, as the standard wants it; else none. */
function stampOf({ startMs }: CaptionPiece, clock: { lastMs: number; endMs: number }): string {
  const ms = Math.round(startMs);
  if (ms <= Math.round(clock.lastMs) || ms >= Math.round(clock.endMs)) return "";
  clock.lastMs = ms;
  return `<${writeTime(ms, "webvtt")}>`;
}

/** By most of its letters: it may begin with a foreign name. */
function readsRightToLeft(text: string): boolean {
  const letters = text.match(LETTERS) ?? [];
  return letters.filter((letter) => RIGHT_TO_LEFT.test(letter)).length * 2 > letters.length;
}

function writeTime(ms: number, format: CaptionSettings["format"]): string {
  const total = Math.max(0, Math.round(ms));
  const digits = (value: number, length: number): string => String(Math.floor(value)).padStart(length, "0");
  const clock = `${digits(total / 3_600_000, 2)}:${digits((total / 60_000) % 60, 2)}:${digits((total / 1000) % 60, 2)}`;
  return `${clock}${format === "srt" ? "," : "."}${digits(total % 1000, 3)}`;
}
