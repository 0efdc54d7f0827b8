// The fault table as a page of the guide: written by a run, and read again to see whether it still holds.

import type { Cell, CellClass } from "./run-cell.test-helper.ts";

const words: Readonly<Record<CellClass, string>> = { "recovered exactly": "recovered", "typed error": "error", "plausibility warning": "warning", "not shown": "–", defect: "defect" };

/** What a cell says: "recovered", "warning", or the code of an error. */
function cellText({ outcome, detail }: Cell): string {
  return outcome === "typed error" ? `\`${detail}\`` : words[outcome];
}

function intro(counts: { cells: number; faults: number; ways: number }): string {
  return `# When a cloud engine fails

Written by \`test/cloud/fault-table.test.ts\`, which also fails where this page is not true any more. ${counts.ways} ways to five services, ${counts.faults} faults each, played once (in the first request for audio) and
always (in every one): ${counts.cells} streams of core over the real engines, the first two of them over their vendors' SDKs, against [fakes of the services](writing-an-engine.md). No service was contacted.

- **recovered**: every word of the text was heard whole, in order and once, sample by sample where the audio is raw PCM. Where a player had part of a word already when the engine failed, that word is begun again.
- \`CODE\`: \`waitUntilDone()\` has rejected with this [error](errors.md), within the time-outs. What was delivered before is the beginning of the speech, and nothing else.
- **warning**: the wire cannot tell (raw PCM that ends early in good order); the stream has ended with the warning \`IMPLAUSIBLE_AUDIO\`.

In no cell did a stream hang, end early without a word about it, say a word twice, leave a promise rejected that nobody sees, or a connection open after \`engine.close()\`. One engine is asked here, alone: with a second one in
\`engines\`, most of the errors are where that one goes on.

An engine that gives no word marks (OpenAI) cannot go on exactly in the middle of a text, so a break in its audio is an error for a stream that has only this engine.
`;
}

/** The page. */
export function writeFaultPage(cells: readonly Cell[]): string {
  const lanes = [...new Set(cells.map(({ lane }) => lane))];
  const faults = [...new Set(cells.map(({ fault }) => fault))];
  const table = (when: Cell["when"]): string => {
    const rows = faults.map((fault) => {
      const found = lanes.map((lane) => cells.find((cell) => cell.lane === lane && cell.fault === fault && cell.when === when));
      return `| ${[fault, ...found.map((cell) => (cell === undefined ? "" : cellText(cell)))].join(" | ")} |`;
    });
    return [`| Fault | ${lanes.join(" | ")} |`, `| --- |${" --- |".repeat(lanes.length)}`, ...rows].join("\n");
  };
  return `${intro({ cells: cells.length, faults: faults.length, ways: lanes.length })}\n## Once\n\n${table("once")}\n\n## Always\n\n${table("always")}\n`;
}

/** The class of each cell of a page, by {@link cellKey}. */
export function readFaultPage(page: string): Map<string, CellClass> {
  const classes = new Map<string, CellClass>();
  let when: Cell["when"] = "once";
  let lanes: readonly string[] = [];
  for (const line of page.split("\n")) {
    if (line.startsWith("## ")) when = line === "## Always" ? "always" : "once";
    if (!line.startsWith("| ")) continue;
    const [first = "", ...rest] = line.slice(2, -2).split(" | ");
    if (first === "Fault") lanes = rest;
    else if (first !== "---") for (const [index, lane] of lanes.entries()) classes.set(cellKey({ lane, fault: first, when }), classOf(rest[index] ?? ""));
  }
  return classes;
}

/** What names a cell. */
export function cellKey({ lane, fault, when }: Pick<Cell, "lane" | "fault" | "when">): string {
  return `${lane}: ${fault}, ${when}`;
}

function classOf(text: string): CellClass {
  if (text.startsWith("`")) return "typed error";
  const known = (Object.keys(words) as CellClass[]).find((name) => words[name] === text);
  return known ?? "defect";
}
