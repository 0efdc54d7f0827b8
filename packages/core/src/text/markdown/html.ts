import { isWordCharacter } from "../rewrite/characters.ts";
import type { RewriteCursor } from "../rewrite/rewriter.ts";
import { readEntity } from "../read-entity.ts";
import { contentBefore, findAhead, missingStop, type MarkdownState } from "./markdown-state.ts";

const LONGEST_TAG = 500;
const LONGEST_COMMENT = 1000;
const LONGEST_ENTITY = 12;

/** Elements whose end is the end of a sentence. */
const SENTENCES = new Set("caption dd dt h1 h2 h3 h4 h5 h6 li summary tr".split(" "));
/** Elements that begin and end a line. */
const LINES = new Set("address article aside blockquote body br center details div dl fieldset figcaption figure footer form head header hr html main nav ol p pre section table tbody tfoot thead ul".split(" "));
const CELLS = new Set(["td", "th"]);
const INLINE = new Set(
  "a abbr acronym audio b bdi bdo big button canvas cite code col colgroup data del dfn em font i iframe img input ins kbd label link mark meta meter object output picture progress q rp rt ruby s samp script select small source span strike strong style sub sup svg template textarea time tt u var video wbr".split(" "),
);

const TAG = /^<(\/?)([a-z][a-z0-9]*)(?:\s[^<>]*)?\/?>/iu;
const TAG_BEGUN = /^<\/?(?:[a-z][a-z0-9]{0,9}(?:\s[^<>]*)?\/?)?$/iu;
/** Words without a value: behind a word, `<b and c>` is a comparison. */
const LOOSE_WORDS = /^<[a-z0-9]+\s+[^\s=/>][^=]*>$/iu;
const PLACEHOLDER = /^<(\/?)([a-z][a-z0-9_-]{0,39})>/iu;
const PLACEHOLDER_BEGUN = /^<\/?(?:[a-z][a-z0-9_-]{0,39})?$/iu;
const AUTOLINK = /^<((?:[a-z][a-z0-9+.-]{1,31}:[^\s<>]*|[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+))>/iu;
const AUTOLINK_BEGUN = /^<(?:[a-z][a-z0-9+.-]{1,31}:[^\s<>]*|[^\s<>]+)$/iu;

/** Tags and comments are left out; the ends of blocks are breaks, an image is its alternative text, an address in angle brackets loses them. */
export function readHtml(cursor: RewriteCursor, state: MarkdownState): boolean {
  const ahead = cursor.ahead(LONGEST_COMMENT);
  if (ahead.startsWith("<!--") || (!cursor.ended && "<!--".startsWith(ahead))) return readComment(cursor, state, ahead);
  const near = ahead.slice(0, LONGEST_TAG);
  const link = AUTOLINK.exec(near)?.[1];
  if (link !== undefined) {
    cursor.drop(1);
    cursor.keep(link.length);
    cursor.drop(1);
    return true;
  }
  const tag = TAG.exec(near);
  const name = (tag?.[2] ?? "").toLowerCase();
  if (tag !== null && isWordCharacter(cursor.lastRead) && LOOSE_WORDS.test(tag[0])) {
    cursor.keep(1);
    return true;
  }
  if (tag !== null && isElement(name)) return readTag(cursor, state, { text: tag[0], name, closes: tag[1] === "/" });
  if (near.length < LONGEST_TAG && !cursor.ended && mayBecomeTag(near)) return false;
  const placeholder = PLACEHOLDER.exec(near);
  if (placeholder !== null) return readPlaceholder(cursor, state, placeholder);
  cursor.keep(1);
  return true;
}

const isElement = (name: string): boolean => SENTENCES.has(name) || LINES.has(name) || CELLS.has(name) || INLINE.has(name);

/** A name that is still being written may become one; behind a whole name, it has to be known. */
function mayBecomeTag(near: string): boolean {
  if (AUTOLINK_BEGUN.test(near)) return true;
  if (PLACEHOLDER_BEGUN.test(near)) return true;
  if (!TAG_BEGUN.test(near)) return false;
  const [, name = "", rest = ""] = /^<\/?([a-z0-9]*)([^]*)$/iu.exec(near) ?? [];
  return rest === "" || isElement(name.toLowerCase());
}

/** `<name>` that stands for something, and the tags of an answer in parts (`<answer>`, `</answer>`): the name is read, one that closes is not. */
function readPlaceholder(cursor: RewriteCursor, state: MarkdownState, [whole, slash, name = ""]: RegExpExecArray): boolean {
  if (!cursor.has(whole.length + 1)) return false;
  const before = contentBefore(cursor, state);
  const behind = cursor.peek(whole.length);
  const isTag = slash === "/" || (behind === "\n" && before === "") || !/^[\s.,;:!?)\]/'"|*-]?$/u.test(behind);
  if (slash === "" && isWordCharacter(before)) cursor.keep(1);
  else if (isTag) cursor.drop(whole.length);
  else {
    cursor.drop(1);
    cursor.keep(name.length);
    cursor.drop(1);
  }
  return true;
}

function readComment(cursor: RewriteCursor, state: MarkdownState, ahead: string): boolean {
  const end = findAhead(cursor, state, { needle: "-->", from: 0, most: LONGEST_COMMENT });
  if (end < 0 && ahead.length < LONGEST_COMMENT && !cursor.ended) return false;
  if (end < 0) cursor.keep(1);
  else cursor.drop(end + 3);
  return true;
}

function readTag(cursor: RewriteCursor, state: MarkdownState, tag: { text: string; name: string; closes: boolean }): boolean {
  const { text, name, closes } = tag;
  if (name === "img") {
    const alternative = /\salt\s*=\s*(?:"([^"]*)"|'([^']*)')/iu.exec(text);
    cursor.say(text.length, state.settings.sayImage(alternative?.[1] ?? alternative?.[2] ?? "") ?? alternative?.[1] ?? alternative?.[2] ?? "");
  } else if ((name === "script" || name === "style") && !closes) return readUnspoken(cursor, text, name);
  else if (closes && SENTENCES.has(name)) {
    const stop = missingStop(cursor);
    if (stop !== "") cursor.say(0, stop);
    cursor.say(text.length, cursor.tail.endsWith("\n") ? "" : "\n");
  } else if (name === "br" && state.block === "row") cursor.say(text.length, missingStop(cursor) === "" ? " " : ", ");
  else if (LINES.has(name)) cursor.say(text.length, cursor.tail === "" || cursor.tail.endsWith("\n") ? "" : "\n");
  else if (closes && CELLS.has(name)) cursor.say(text.length, missingStop(cursor) === "" ? " " : ", ");
  else cursor.drop(text.length);
  state.contentStart = cursor.offset;
  return true;
}

/** What a browser would not show either. */
function readUnspoken(cursor: RewriteCursor, tag: string, name: string): boolean {
  const ahead = cursor.ahead(LONGEST_COMMENT);
  const end = ahead.toLowerCase().indexOf(`</${name}>`);
  if (end < 0 && ahead.length < LONGEST_COMMENT && !cursor.ended) return false;
  cursor.drop(end < 0 ? tag.length : end + name.length + 3);
  return true;
}

const ENTITIES: Readonly<Record<string, string>> = {
  nbsp: " ",
  ensp: " ",
  emsp: " ",
  thinsp: " ",
  shy: "",
  hellip: "…",
  mdash: "—",
  ndash: "–",
  minus: "−",
  times: "×",
  divide: "÷",
  plusmn: "±",
  deg: "°",
  middot: "·",
  bull: "•",
  laquo: "«",
  raquo: "»",
  ldquo: "“",
  rdquo: "”",
  lsquo: "‘",
  rsquo: "’",
  euro: "€",
  pound: "£",
  yen: "¥",
  cent: "¢",
  sect: "§",
  para: "¶",
  copy: "©",
  reg: "®",
  trade: "™",
  frac12: "½",
  frac14: "¼",
  rarr: "→",
  larr: "←",
  le: "≤",
  ge: "≥",
  ne: "≠",
};

/** `&amp;`, `&#8217;`. */
export function readHtmlEntity(cursor: RewriteCursor): boolean {
  const ahead = cursor.ahead(LONGEST_ENTITY);
  const found = /^&(#?[a-z0-9]{1,9});/iu.exec(ahead);
  if (found === null) {
    if (ahead.length < LONGEST_ENTITY && !cursor.ended && /^&#?[a-z0-9]*$/iu.test(ahead)) return false;
    cursor.keep(1);
    return true;
  }
  const name = found[1] ?? "";
  const letters = (Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined) ?? readEntity(ahead, 0)?.letters;
  if (letters === undefined) cursor.keep(1);
  else cursor.say(found[0].length, letters);
  return true;
}

/** A `<` behind a word belongs to it: `List<String>` is no tag. */
export function isComparison(cursor: RewriteCursor): boolean {
  return isWordCharacter(cursor.lastRead) && !/^<\/?[a-z]/iu.test(cursor.ahead(3));
}
