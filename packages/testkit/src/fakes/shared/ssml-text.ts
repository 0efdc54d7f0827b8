/** A named place in SSML: `<mark name="...">`, or `<bookmark mark="...">` as Azure has it. */
export interface SsmlMark {
  name: string;
  /** Where it stands, in UTF-16 units of the plain text. */
  at: number;
}

/** What SSML says, and where it says it. */
export interface SsmlText {
  /** Without tags and comments, entities read. */
  text: string;
  marks: readonly SsmlMark[];
  /** The place in the SSML of a unit of the text: where it begins. For the end of the text, one past its last unit. */
  sourceAt(index: number): number;
  /** One past the place in the SSML of the unit before `index`: where a word that ends there ends, before tags that follow. */
  sourceEnd(index: number): number;
}

interface Run {
  /** First unit of the text, and its place in the SSML. Within a run both go on by one. */
  at: number;
  sourceAt: number;
  length: number;
  sourceLength: number;
}

const tokens = /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<[^<>]*>|&(#x[0-9a-f]+|#[0-9]+|\w+);/giu;
const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const markName = /^<(?:mark\s[^>]*?name|bookmark\s[^>]*?mark)\s*=\s*(?:"([^"]*)"|'([^']*)')/iu;
const blockTag = /^<\/?(?:p|s|break|voice|lang|audio|speak)[\s/>]/iu;

/**
 * Reads the words out of SSML. Tags that stand between words even where no white space does (`break`, `p`, `s` and the like) become a
 * space; entities are the five of XML and numbers. Plain text without `<` and `&` comes back as it is.
 */
export function plainText(ssml: string): SsmlText {
  const marks: SsmlMark[] = [];
  const runs: Run[] = [];
  let text = "";
  const add = (piece: string, sourceAt: number, sourceLength = piece.length): void => {
    if (piece.length > 0) runs.push({ at: text.length, sourceAt, length: piece.length, sourceLength });
    text += piece;
  };
  let from = 0;
  for (const match of ssml.matchAll(tokens)) {
    const [token, verbatim, entity] = match;
    add(ssml.slice(from, match.index), from);
    from = match.index + token.length;
    const name = markName.exec(token);
    if (entity !== undefined) add(readEntity(entity) ?? token, match.index, token.length);
    else if (verbatim !== undefined) add(verbatim, match.index + "<![CDATA[".length);
    else if (name !== null) marks.push({ name: plainText(name[1] ?? name[2] ?? "").text, at: text.length });
    else if (blockTag.test(token)) add(" ", match.index, token.length);
  }
  add(ssml.slice(from), from);
  return { text, marks, sourceAt: (index) => placeOf(runs, index, ssml.length), sourceEnd: (index) => (index <= 0 ? placeOf(runs, 0, 0) : endOf(runs, index - 1)) };
}

function readEntity(entity: string): string | undefined {
  if (!entity.startsWith("#")) return entities[entity];
  const code = /^#x/iu.test(entity) ? Number.parseInt(entity.slice(2), 16) : Number.parseInt(entity.slice(1), 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

function placeOf(runs: readonly Run[], index: number, end: number): number {
  const run = runOf(runs, index);
  if (run === undefined) return end;
  return index < run.at + run.length ? run.sourceAt + index - run.at : run.sourceAt + run.sourceLength;
}

function endOf(runs: readonly Run[], index: number): number {
  const run = runOf(runs, index);
  if (run === undefined) return 0;
  return index < run.at + run.length - 1 ? run.sourceAt + index - run.at + 1 : run.sourceAt + run.sourceLength;
}

function runOf(runs: readonly Run[], index: number): Run | undefined {
  let low = 0;
  let high = runs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((runs[middle]?.at ?? Infinity) <= index) low = middle;
    else high = middle - 1;
  }
  return runs[low];
}
