/** A cue as a strict reader understands it. */
export interface ReadCue {
  startMs: number;
  endMs: number;
  text: string;
  /** Time stamps inside the text. */
  stamps: number[];
}

function fail(problem: string, line: string): never {
  throw new TypeError(`${problem}: ${JSON.stringify(line)}`);
}

function timeOf(text: string, pattern: RegExp): number {
  const found = pattern.exec(text);
  if (found === null) fail("not a time", text);
  const [hours, minutes, seconds, milliseconds] = found.slice(1).map(Number) as [number, number, number, number];
  if (minutes > 59 || seconds > 59) fail("not a time of the clock", text);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds;
}

const vttTime = /^(\d{2,}):(\d{2}):(\d{2})\.(\d{3})$/u;
const srtTime = /^(\d{2,}):(\d{2}):(\d{2}),(\d{3})$/u;

function blocksOf(text: string): string[][] {
  if (text === "") return [];
  if (!text.endsWith("\n\n")) fail("no empty line at the end", text.slice(-20));
  return text.slice(0, -2).split("\n\n").map((block) => block.split("\n"));
}

function timesOf(line: string, pattern: RegExp): { startMs: number; endMs: number } {
  const parts = line.split(" --> ");
  if (parts.length !== 2) fail("not a line of times", line);
  return { startMs: timeOf(parts[0] ?? "", pattern), endMs: timeOf(parts[1] ?? "", pattern) };
}

/** Reads SubRip as its players do, and refuses what they may read differently. */
export function readSrt(text: string): ReadCue[] {
  return blocksOf(text).map(([number, times, ...lines], index) => {
    if (number !== String(index + 1)) fail("not the number of the cue", number ?? "");
    if (lines.length === 0 || lines.some((line) => line.trim() === "")) fail("a cue without text", lines.join("|"));
    return { ...timesOf(times ?? "", srtTime), text: lines.join("\n"), stamps: [] };
  });
}

/** Reads WebVTT by the rules for authors of the W3C (2019), sections 4.1 and 4.2.2: what is left to the kindness of players is refused. */
export function readWebVtt(text: string): ReadCue[] {
  const [header, ...blocks] = blocksOf(text);
  if (text !== "" && header?.join("\n") !== "WEBVTT") fail("not the signature", header?.[0] ?? "");
  if (text === "") fail("an empty file", text);
  let lastStartMs = 0;
  return blocks.map(([times, ...lines]) => {
    const { startMs, endMs } = timesOf(times ?? "", vttTime);
    if (endMs <= startMs) fail("a cue that ends before it begins", times ?? "");
    if (startMs < lastStartMs) fail("a cue before the one before it", times ?? "");
    lastStartMs = startMs;
    if (lines.length === 0 || lines.some((line) => line.trim() === "")) fail("a cue without text", lines.join("|"));
    return { startMs, endMs, ...readPayload(lines.join("\n"), startMs, endMs) };
  });
}

function readPayload(payload: string, startMs: number, endMs: number): { text: string; stamps: number[] } {
  if (payload.includes("-->")) fail("an arrow in the text", payload);
  const stamps: number[] = [];
  const bare = payload.replaceAll(/<([^>]*)>/gu, (_, stamp: string) => {
    const ms = timeOf(stamp, vttTime);
    if (ms <= startMs || ms >= endMs || ms <= (stamps.at(-1) ?? -1)) fail("a stamp that is not in order inside its cue", stamp);
    stamps.push(ms);
    return "";
  });
  if (/[<>]/u.test(bare)) fail("a bracket that is not escaped", bare);
  const text = bare.replaceAll(/&(\w*;?)/gu, (found, name: string) => ({ "amp;": "&", "lt;": "<", "gt;": ">" })[name] ?? fail("not an escape", found));
  return { text, stamps };
}
