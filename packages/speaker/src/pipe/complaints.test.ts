import { describe, expect, it } from "vitest";

import { aplay } from "./aplay.ts";
import { Complaints } from "./complaints.ts";
import { pacat } from "./pacat.ts";

const alsa = [
  "ALSA lib confmisc.c:855:(parse_card) cannot find card '0'",
  "ALSA lib conf.c:5178:(_snd_config_evaluate) function snd_func_card_inum returned error: No such file or directory",
  "ALSA lib confmisc.c:422:(snd_func_concat) error evaluating strings",
  "aplay: main:831: audio open error: No such file or directory",
].join("\n");

function told(text: string, options: { by?: typeof aplay; piece?: number } = {}): string | undefined {
  const complaints = new Complaints((options.by ?? aplay).progress);
  const piece = options.piece ?? text.length;
  for (let from = 0; from < text.length; from += piece) complaints.read(text.slice(from, from + piece), 0);
  return complaints.first();
}

describe("what a player complains of", () => {
  it.each([1, 7, 500, 5000])("is its own first whole line, whatever the library says before (in pieces of %i)", (piece) => {
    expect(told(`${alsa}\n`, { piece })).toBe("aplay: main:831: audio open error: No such file or directory");
    expect(told(alsa, { piece })).toBe("aplay: main:831: audio open error: No such file or directory");
  });

  it("is the library's first line where there is nothing else", () => {
    expect(told(alsa.split("\n").slice(0, 3).join("\n"))).toBe("ALSA lib confmisc.c:855:(parse_card) cannot find card '0'");
  });

  it("leaves out what is said while all is well, and colours", () => {
    expect(told(`\r#+       | 00%${"\r##+      | 01%".repeat(300)}\r\u001B[31maplay: pcm_write:2127: write error: Input/output error\u001B[0m\n`)).toBe("aplay: pcm_write:2127: write error: Input/output error");
    expect(told("Connection established.\u001B[K\nTime: 0.049 sec; Latency: 30806 usec.\rStream error: No such entity\n", { by: pacat })).toBe("Stream error: No such entity");
    expect(told("\r#+  | 00%\r\n \n")).toBeUndefined();
  });

  it("is cut between words, at 160 characters", () => {
    const line = told(`${"words and more ".repeat(40)}\n`) ?? "";
    expect(line.length).toBeLessThanOrEqual(161);
    expect(line).toMatch(/ (?:words|and|more)…$/u);
  });

  it("is of the last fault, not of one that was survived", () => {
    const complaints = new Complaints(aplay.progress);
    complaints.read("underrun!!! (at least 3.5 ms long)\n", 1000);
    complaints.read("aplay: pcm_write:2127: write error: Input/output error\n", 60_000);
    expect(complaints.first()).toBe("aplay: pcm_write:2127: write error: Input/output error");
  });
});
