/** What a text says, and where in the request it says it. */
export interface SpokenText {
  /** Without tags; entities read. The request's text itself where that is plain. */
  readonly text: string;
  /** The first unit in the request of a unit of `text`. */
  sourceStart(index: number): number;
  /** One past the last unit in the request of the unit before `index`. */
  sourceEnd(index: number): number;
  /** The bookmarks of SSML, in order: name and place of the tag. */
  readonly bookmarks: readonly { readonly name: string; readonly start: number; readonly end: number }[];
}

/** A plain text says what it is. */
export function plainSpokenText(text: string): SpokenText {
  return { text, bookmarks: [], sourceStart: (index) => index, sourceEnd: (index) => index };
}

interface Run {
  readonly at: number;
  readonly source: number;
  readonly length: number;
  readonly sourceLength: number;
}

const tokens = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<[^<>]*>|&(?:#x?[0-9a-f]+|\w+);/giu;
const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
/** Tags where one word ends and another begins, without white space. */
const betweenWords = /^<\/?(?:speak|p|s|break|audio|voice|lang)[\s/>]/iu;

/** What SSML says. Linear in its length; what is not well formed is taken as it stands, for the service to refuse. */
export function readSpokenText(ssml: string): SpokenText {
  const runs: Run[] = [];
  const bookmarks: { name: string; start: number; end: number }[] = [];
  const parts: string[] = [];
  let length = 0;
  const add = (text: string, source: number, sourceLength: number): void => {
    if (text === "") return;
    runs.push({ at: length, source, length: text.length, sourceLength });
    parts.push(text);
    length += text.length;
  };
  let from = 0;
  for (const { 0: token, index } of ssml.matchAll(tokens)) {
    add(ssml.slice(from, index), from, index - from);
    from = index + token.length;
    if (token.startsWith("&")) add(readEntity(token), index, token.length);
    else if (token.startsWith("<![CDATA[")) add(token.slice(9, -3), index + 9, token.length - 12);
    else if (betweenWords.test(token)) add(" ", index, token.length);
    else {
      const name = bookmarkName(token);
      if (name !== undefined) bookmarks.push({ name, start: index, end: from });
    }
  }
  add(ssml.slice(from), from, ssml.length - from);
  return { text: parts.join(""), bookmarks, sourceStart: (index) => placeOf(runs, index, ssml.length), sourceEnd: (index) => endOf(runs, index) };
}

/** The name of a `mark`, read; undefined for other tags. */
export function bookmarkName(tag: string): string | undefined {
  const found = /^<mark\s+name\s*=\s*(?:"([^"]*)"|'([^']*)')/u.exec(tag);
  const name = found?.[1] ?? found?.[2];
  return name?.replaceAll(/&(?:#x?[0-9a-f]+|\w+);/giu, readEntity);
}

/** Text of the service that may be escaped as in XML. */
export function unescapeXml(text: string): string {
  return text.includes("&") ? text.replaceAll(/&(?:#x?[0-9a-f]+|\w+);/giu, readEntity) : text;
}

function readEntity(entity: string): string {
  const name = entity.slice(1, -1);
  if (!name.startsWith("#")) return named[name] ?? entity;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
}

function placeOf(runs: readonly Run[], index: number, end: number): number {
  const run = runAt(runs, index);
  if (run === undefined || index >= run.at + run.length) return end;
  return run.length === run.sourceLength ? run.source + index - run.at : run.source;
}

function endOf(runs: readonly Run[], index: number): number {
  const run = runAt(runs, index - 1);
  if (run === undefined) return 0;
  return run.length === run.sourceLength ? run.source + index - run.at : run.source + run.sourceLength;
}

function runAt(runs: readonly Run[], index: number): Run | undefined {
  let low = 0;
  let high = runs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((runs[middle]?.at ?? Number.POSITIVE_INFINITY) <= index) low = middle;
    else high = middle - 1;
  }
  return runs[low];
}
