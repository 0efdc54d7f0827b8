/** A text as it is sent, and where its bytes stand in the text of the request. */
export interface SentText {
  readonly text: string;
  readonly isSsml: boolean;
  /** The UTF-16 offset in the request's own text of a byte (of UTF-8) of what is sent. */
  offsetOf(byte: number): number;
}

/** How the whole of a text is to sound; undefined: as it is. */
export interface SentProsody {
  /** 1 is normal; Polly takes 0.2 to 2. */
  readonly rate?: number | undefined;
  /** Semitones. */
  readonly pitch?: number | undefined;
  /** Linear. */
  readonly volume?: number | undefined;
}

/** What XML has no place for, and halves of pairs of surrogates, which UTF-8 has no place for. */
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;
const halfPair = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** A piece of what is sent: units of the request's text that stand in it one by one, or an escape or tag that stands for `sourceLength` of them. */
interface Run {
  readonly at: number;
  readonly length: number;
  readonly source: number;
  readonly sourceLength: number;
}

/**
 * Writes a text as it is sent: as it is, or, where it is to sound otherwise, as a document with one `prosody` around it. Every unit of the
 * request's text keeps its length where nothing has to be escaped.
 */
export function sentText(text: string, { ssml, prosody }: { ssml: boolean; prosody: SentProsody }): SentText {
  const clean = text.replace(halfPair, "\ufffd");
  const tag = prosodyTag(prosody);
  if (tag === undefined) return { text: clean, isSsml: ssml, offsetOf: byteToUnit(clean) };
  return ssml ? withTag(clean, tag) : withEscapes(clean, tag);
}

function prosodyTag({ rate = 1, pitch = 0, volume = 1 }: SentProsody): string | undefined {
  const attributes = [
    rate === 1 ? undefined : `rate="${Math.round(rate * 100)}%"`,
    pitch === 0 ? undefined : `pitch="${signed((2 ** (pitch / 12) - 1) * 100)}%"`,
    volume === 1 ? undefined : volume <= 0 ? 'volume="silent"' : `volume="${signed(20 * Math.log10(volume))}dB"`,
  ].filter((attribute) => attribute !== undefined);
  return attributes.length === 0 ? undefined : `<prosody ${attributes.join(" ")}>`;
}

function signed(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return rounded < 0 ? String(rounded) : `+${rounded}`;
}

/** A document gets its tag right inside `speak`. */
function withTag(document: string, tag: string): SentText {
  const start = /^\s*(?:<\?[^>]*\?>\s*)?<speak(?:\s[^>]*)?>/u.exec(document)?.[0].length ?? 0;
  const end = document.lastIndexOf("</speak");
  if (start === 0 || end < start) return { text: document, isSsml: true, offsetOf: byteToUnit(document) };
  const text = `${document.slice(0, start)}${tag}${document.slice(start, end)}</prosody>${document.slice(end)}`;
  const unitOf = byteToUnit(text);
  const inner = start + tag.length;
  const tail = inner + end - start;
  return {
    text,
    isSsml: true,
    offsetOf(byte) {
      const unit = unitOf(byte);
      if (unit <= start) return unit;
      if (unit <= inner) return start;
      if (unit <= tail) return unit - tag.length;
      return Math.max(end, unit - tag.length - "</prosody>".length);
    },
  };
}

function withEscapes(plain: string, tag: string): SentText {
  const head = `<speak>${tag}`;
  const clean = plain.replaceAll(forbidden, " ");
  const runs: Run[] = [];
  let body = "";
  const add = (piece: string, source: number, sourceLength: number): void => {
    if (piece !== "") runs.push({ at: head.length + body.length, length: piece.length, source, sourceLength });
    body += piece;
  };
  let from = 0;
  for (const match of clean.matchAll(/[&<>]/gu)) {
    add(clean.slice(from, match.index), from, match.index - from);
    add(escapes[match[0]] ?? "", match.index, 1);
    from = match.index + 1;
  }
  add(clean.slice(from), from, clean.length - from);
  const text = `${head}${body}</prosody></speak>`;
  const unitOf = byteToUnit(text);
  return { text, isSsml: true, offsetOf: (byte) => sourceOf(runs, unitOf(byte), clean.length) };
}

function sourceOf(runs: readonly Run[], unit: number, length: number): number {
  const run = runs.findLast(({ at }) => at <= unit);
  if (run === undefined) return 0;
  const into = unit - run.at;
  if (run.length === run.sourceLength) return Math.min(length, run.source + Math.min(into, run.length));
  return run.source + (into >= run.length ? run.sourceLength : 0);
}

/** For each byte of a text in UTF-8 the UTF-16 unit that it belongs to. The table is made when the first byte is asked for. */
function byteToUnit(text: string): (byte: number) => number {
  let units: Uint32Array | undefined;
  const bytes = Buffer.byteLength(text, "utf8");
  if (bytes === text.length) return (byte) => Math.max(0, Math.min(byte, text.length));
  return (byte) => {
    units ??= tableOf(text, bytes);
    return byte < 0 ? 0 : (units[byte] ?? text.length);
  };
}

function tableOf(text: string, bytes: number): Uint32Array {
  const units = new Uint32Array(bytes + 1);
  let byte = 0;
  let unit = 0;
  for (const character of text) {
    const length = Buffer.byteLength(character, "utf8");
    units.fill(unit, byte, byte + length);
    byte += length;
    unit += character.length;
  }
  units[byte] = unit;
  return units;
}
