import { TTSError } from "@parlando/engine";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSsml, type SsmlNode } from "./parse-ssml.ts";
import { createSsmlReader, type SsmlEvent } from "./reader.ts";
import type { SsmlProblem } from "./ssml-problem.ts";
import { ssmlSoup } from "./ssml-soup.test-helper.ts";

function problemsOf(document: string): SsmlProblem[] {
  const problems: SsmlProblem[] = [];
  parseSsml(document, { mode: "lenient", onProblem: (problem) => problems.push(problem) });
  return problems;
}

function errorOf(document: string, options = {}): unknown {
  try {
    parseSsml(document, options);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("parseSsml", () => {
  it("reads elements, attributes, references and character data, with offsets", () => {
    const document = `<?xml version="1.0"?><!-- <no> --><speak xml:lang='en' a="&lt;&#x41;">AT&amp;T<![CDATA[ <b> ]] ]]>&#128512;<break time="1s"/></speak>\n`;
    const { children, text } = parseSsml(document);
    expect(text).toBe("AT&T <b> ]] 😀");
    const speak = children.find((child) => child.type === "element");
    expect(speak).toMatchObject({ name: "speak", start: document.indexOf("<speak"), end: document.length - 1 });
    expect([...(speak?.type === "element" ? speak.attributes : [])]).toEqual([["xml:lang", "en"], ["a", "<A"]]);
    for (const node of nodesOf(children)) {
      if (node.type === "element") expect(document.slice(node.start)).toMatch(new RegExp(`^<${node.name}[\\s/>]`, "u"));
      else if (node.text.length === node.end - node.start) expect(document.slice(node.start, node.end)).toBe(node.text);
    }
  });

  it.each([
    ["<speak>a & b</speak>", "reference", 9],
    ["<speak>a &nbsp; b</speak>", "reference", 9],
    ["<speak>a &#0; b</speak>", "reference", 9],
    ["<speak>a < b</speak>", "tag", 9],
    ["<speak>a <b c <d/></speak>", "tag", 9],
    ["<speak><b c=d/></speak>", "attribute", 7],
    ["<speak><b c='d' c='e'/></speak>", "attribute", 7],
    ["<speak><b></i></b></speak>", "nesting", 10],
    ["<speak><b></speak>", "nesting", 10],
    ["<!DOCTYPE x [<!ENTITY e 'x'>]><speak>&e;</speak>", "doctype", 0],
    ["<speak><b c='", "unfinished", 7],
    ["<speak>a", "unclosed", 8],
    ["a", "root", 0],
    ["<b>a</b>", "root", 0],
    ["<speak/><speak/>", "root", 8],
    ["<speak><speak/></speak>", "root", 7],
    [`<speak>${"<b>".repeat(40)}`, "depth", 7 + 31 * 3],
    [`<speak><b c="${"d".repeat(9_000)}"/></speak>`, "length", 7],
  ])("refuses %j", (document, kind, offset) => {
    const error = errorOf(document);
    expect(error).toBeInstanceOf(TTSError);
    expect(error).toMatchObject({ code: "INVALID_INPUT" });
    expect((error as TTSError).message).toContain(`at offset ${offset}`);
    expect(problemsOf(document)[0]).toEqual({ kind, offset });
  });

  it("never says what was to be spoken", () => {
    expect(String(errorOf("<speak>secret & <secret a=b>"))).not.toContain("secret");
  });

  it("expands no entity, however it is declared", () => {
    const bomb = `<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><speak>&b;&b; <!ENTITY c SYSTEM "file:///etc/passwd"></speak>`;
    expect(parseSsml(bomb, { mode: "lenient" }).text).toBe("");
  });

  it("makes the best of the rest in lenient mode", () => {
    expect(parseSsml("Tom & Jerry, 3 < 4 <b>x</i> <b", { mode: "lenient" }).text).toBe("Tom & Jerry, 3 < 4 x");
  });

  it("has bounds", () => {
    expect(errorOf(`<speak>${"a".repeat(100)}</speak>`, { maxCharacters: 50 })).toMatchObject({ code: "INVALID_INPUT" });
    expect(errorOf(`<speak>${"a".repeat(100)}</speak>`, { maxCharacters: 50, mode: "lenient" })).toMatchObject({ code: "INVALID_INPUT" });
    expect(errorOf("<speak><b><i>x</i></b></speak>", { maxDepth: 2 })).toMatchObject({ code: "INVALID_INPUT" });
    expect(parseSsml("<speak><b><i>x</i>y</b>z</speak>", { maxDepth: 2, mode: "lenient" }).text).toBe("xyz");
  });

  it("reads its own length of anything", () => {
    for (const unit of ["<", "&", "<a ", "<a '", "<!--", "<![CDATA[", "]]", "<?", "<!DOCTYPE ", "<a>", "</a>", "&#1", "<a b='c' ", "<a/>"]) {
      expect(() => parseSsml(unit.repeat(50_000), { mode: "lenient" })).not.toThrow();
    }
  });
});

describe("createSsmlReader", () => {
  it("finds the same, however the document is cut", () => {
    fc.assert(
      fc.property(ssmlSoup, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }), (document, sizes) => {
        const [whole, wholeProblems] = read([document]);
        const [cut, cutProblems] = read(cutBy(document, sizes));
        expect(cut).toEqual(whole);
        expect(cutProblems).toEqual(wholeProblems);
      }),
      { numRuns: 500 },
    );
  });
});

/** The events, with text that lies together joined. */
function read(pieces: readonly string[]): [unknown[], SsmlProblem[]] {
  const problems: SsmlProblem[] = [];
  const reader = createSsmlReader({ mode: "lenient", onProblem: (problem) => problems.push(problem) });
  const events: unknown[] = [];
  let text: { text: string; start: number; end: number; element: string | undefined } | undefined;
  const take = (event: SsmlEvent): void => {
    if (event.type === "text" && text !== undefined && text.end === event.start) {
      text.text += event.text;
      text.end = event.end;
    } else if (event.type === "text") {
      text = { text: event.text, start: event.start, end: event.end, element: event.element?.name };
      events.push(text);
    } else {
      text = undefined;
      events.push({ ...event, element: [event.element.name, ...event.element.attributes, event.element.start, event.element.end, event.element.depth] });
    }
  };
  for (const piece of pieces) reader.push(piece).forEach(take);
  reader.end().forEach(take);
  return [events, problems];
}

function cutBy(document: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0, turn = 0; at < document.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push(document.slice(at, at + size));
    at += size;
  }
  return pieces;
}

function nodesOf(nodes: readonly SsmlNode[]): SsmlNode[] {
  return nodes.flatMap((node) => (node.type === "element" ? [node, ...nodesOf(node.children)] : [node]));
}
