import { describe, expect, it } from "vitest";
import { piecesOf } from "../testing/test-io.ts";
import { countText, textSource } from "./text-source.ts";

async function readAll(text: string | AsyncIterable<string>): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of countText(text, () => {})) pieces.push(piece);
  return pieces;
}

describe("textSource", () => {
  it("joins the words of the command line", () => {
    expect(textSource(["Hello,", "world"], piecesOf([]))).toBe("Hello, world");
  });

  it("reads standard input for -, and when nothing is given and something is piped in", async () => {
    expect(await readAll(textSource(["-"], Object.assign(piecesOf(["a", "b"]), { isTTY: true })))).toEqual(["a", "b"]);
    expect(await readAll(textSource([], piecesOf(["c"])))).toEqual(["c"]);
  });

  it("puts characters together whose bytes come in pieces", async () => {
    const bytes = new TextEncoder().encode("مرحبا 👋");
    const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect((await readAll(textSource(["-"], piecesOf(pieces)))).join("")).toBe("مرحبا 👋");
  });

  it("marks bytes that are no text, also at the end", async () => {
    expect((await readAll(textSource(["-"], piecesOf([Uint8Array.of(0x61, 0xff), Uint8Array.of(0xf0, 0x9f)])))).join("")).toBe("a\uFFFD\uFFFD");
  });

  it("refuses text beside -, which would be lost or spoken as a word", () => {
    expect(() => textSource(["-", "extra"], piecesOf([]))).toThrow("no text may stand beside it");
  });

  it("says what to do when there is nothing to speak", () => {
    expect(() => textSource([], Object.assign(piecesOf([]), { isTTY: true }))).toThrow("parlando speak -");
  });
});

describe("countText", () => {
  it("counts what passes", async () => {
    let characters = 0;
    for await (const _ of countText(piecesOf(["ab", "c"]) as AsyncIterable<string>, (more) => (characters += more)));
    expect(characters).toBe(3);
  });
});
