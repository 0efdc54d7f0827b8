// Five engines and what can go wrong with each, through the whole stream of core. The page that comes of it is `docs/guide/cloud-faults.md`:
// `WRITE_FAULT_TABLE=1 npx vitest run test/cloud/fault-table.test.ts` writes it anew, `SHOW_FAULT_TABLE=1` prints every cell,
// `FAULT_TABLE_LANE=Polly` and `FAULT_TABLE_FAULT=stall` choose some.

import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cellKey, readFaultPage, writeFaultPage } from "./fault-document.test-helper.ts";
import { faultRows, type FaultRow } from "./faults.test-helper.ts";
import { lanes, type Lane } from "./lanes.test-helper.ts";
import { compareSpeech } from "./speech-of.test-helper.ts";
import { cellTimes, mapAtOnce, runCell, speakThrough, spokenText, type Cell } from "./run-cell.test-helper.ts";

const page = new URL("../../docs/guide/cloud-faults.md", import.meta.url);
const { WRITE_FAULT_TABLE, SHOW_FAULT_TABLE, FAULT_TABLE_LANE, FAULT_TABLE_FAULT } = process.env;
/** Cells mostly wait. */
const AT_ONCE = Number(process.env["FAULT_TABLE_AT_ONCE"] ?? 24);

interface WantedCell {
  readonly lane: Lane;
  readonly row: FaultRow;
  readonly when: "once" | "always";
}

/** Engines take turns, so that what is dear with one of them does not come all at once. */
const wanted: readonly WantedCell[] = faultRows
  .filter(({ name }) => FAULT_TABLE_FAULT === undefined || name.startsWith(FAULT_TABLE_FAULT))
  .flatMap((row) => (["once", "always"] as const).flatMap((when) => lanes.filter(({ name }) => FAULT_TABLE_LANE === undefined || name.startsWith(FAULT_TABLE_LANE)).map((lane) => ({ lane, row, when }))));

const rejections: unknown[] = [];
const noteRejection = (reason: unknown): void => void rejections.push(reason);
beforeAll(() => void process.on("unhandledRejection", noteRejection));
afterAll(() => void process.off("unhandledRejection", noteRejection));

function describeCell({ detail, elapsedMs, outcome, requests, ...named }: Cell): string {
  return `${cellKey(named)} | ${outcome} | ${detail} | ${Math.round(elapsedMs)} ms | ${requests} requests`;
}

/** A machine that is busy lets a time-out end a try that was good: what differs from the page is run again, alone. */
async function runAgain(found: readonly Cell[], known: ReadonlyMap<string, string>): Promise<Cell[]> {
  const result: Cell[] = [];
  for (const [index, cell] of found.entries()) {
    const { lane, row, when } = wanted[index] as WantedCell;
    const differs = cell.outcome !== "defect" && known.get(cellKey(cell)) !== cell.outcome;
    result.push(differs ? await runCell(lane, row, when) : cell);
  }
  return result;
}

describe("the fault table", () => {
  it.each(lanes.map((lane) => [lane.name, lane] as const))("%s speaks exactly where nothing goes wrong", async (_, lane) => {
    const open = await lane.open({ key: "k", times: cellTimes });
    const end = await speakThrough(lane, open, spokenText);
    await open.engine.close();
    await open.fake.close();
    expect(end.error).toBeUndefined();
    expect(compareSpeech(end.samples, spokenText, lane.speech)).toEqual({ words: 12, begunAgain: 0, repeated: 0, leftOut: 0, endsEarly: false, wrong: undefined });
  });

  it("ends in every cell with the whole speech, a typed error or a warning, as the page in the guide says", { timeout: 300_000 }, async () => {
    let found = await mapAtOnce(wanted, AT_ONCE, ({ lane, row, when }) => runCell(lane, row, when));
    if (SHOW_FAULT_TABLE === "1") process.stdout.write(`${found.map(describeCell).join("\n")}\n`);
    if (WRITE_FAULT_TABLE === "1") writeFileSync(page, writeFaultPage(found));
    else {
      const known = readFaultPage(readFileSync(page, "utf8"));
      found = await runAgain(found, known);
      expect(found.filter((cell) => cell.outcome !== "defect" && known.get(cellKey(cell)) !== cell.outcome).map((cell) => `${describeCell(cell)}, the page says: ${known.get(cellKey(cell)) ?? "nothing"}`)).toEqual([]);
    }
    expect(found.filter(({ outcome }) => outcome === "defect").map(describeCell)).toEqual([]);
    expect(rejections).toEqual([]);
  });
});
