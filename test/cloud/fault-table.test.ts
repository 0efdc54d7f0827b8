// Five engines and what can go wrong with each, through the whole stream of core. The table that comes of it is `docs/guide/cloud-faults.md`.

import { describe, expect, it } from "vitest";
import { faultRows } from "./faults.test-helper.ts";
import { lanes } from "./lanes.test-helper.ts";
import { compareSpeech } from "./speech-of.test-helper.ts";
import { cellTimes, mapAtOnce, runCell, speakThrough, spokenText, type Cell } from "./run-cell.test-helper.ts";

const AT_ONCE = Number(process.env["FAULT_TABLE_AT_ONCE"] ?? 24);

describe("the fault table", () => {
  it.each(lanes.map((lane) => [lane.name, lane] as const))("%s speaks exactly where nothing goes wrong", async (_, lane) => {
    const open = await lane.open({ key: "k", times: cellTimes });
    const end = await speakThrough(lane, open, spokenText);
    await open.engine.close();
    await open.fake.close();
    expect(end.error).toBeUndefined();
    expect(compareSpeech(end.samples, spokenText, lane.speech)).toEqual({ words: 12, begunAgain: 0, repeated: 0, leftOut: 0, endsEarly: false, wrong: undefined });
  });

  it("ends in every cell with the whole speech, a typed error or a warning", { timeout: 180_000 }, async () => {
    const wanted = process.env["FAULT_TABLE_LANE"];
    const rows = faultRows.filter((row) => process.env["FAULT_TABLE_ROW"] === undefined || row.name.startsWith(process.env["FAULT_TABLE_ROW"]));
    // All engines take turns, so that none has to share the processor with its own likes only.
    const cells = rows.flatMap((row) => (["once", "always"] as const).flatMap((when) => lanes.filter(({ name }) => wanted === undefined || name.startsWith(wanted)).map((lane) => ({ lane, row, when }))));
    const found: Cell[] = await mapAtOnce(cells, AT_ONCE, ({ lane, row, when }) => runCell(lane, row, when));
    if (process.env["SHOW_FAULT_TABLE"] === "1") for (const cell of found) process.stdout.write(`${cell.lane} | ${cell.fault} | ${cell.when} | ${cell.outcome} | ${cell.detail} | ${Math.round(cell.elapsedMs)} ms | ${cell.requests}\n`);
    expect(found.filter(({ outcome }) => outcome === "defect").map((cell) => `${cell.lane} | ${cell.fault} | ${cell.when} | ${cell.detail}`)).toEqual([]);
  });
});
