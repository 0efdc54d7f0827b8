import { it } from "vitest";
import { faultRows, faultPlace, playFault } from "./faults.test-helper.ts";
import { lanes } from "./lanes.test-helper.ts";
import { speakThrough, spokenText, cellTimes } from "./run-cell.test-helper.ts";
import { decodeWords } from "@parlando/testkit";
it("x", async () => {
  const lane = lanes.find((l) => l.name === process.env["L"])!;
  const row = faultRows.find((r) => r.name.startsWith(process.env["R"] ?? ""))!;
  const open = await lane.open({ key: "k", times: cellTimes, fake: { fault: playFault(row.fault(faultPlace(lane, (process.env["W"] ?? "once") as "once")), (process.env["W"] ?? "once") as "once") } });
  const end = await speakThrough(lane, open, spokenText);
  console.log(end.error, end.warnings, end.elapsedMs);
  console.log(decodeWords(end.samples, lane.speech.sampleRate, { encoding: lane.speech.encoding }).map((w) => `${w.id}${w.complete ? "" : "!"}@${Math.round(w.startFrame * 1000 / lane.speech.sampleRate)}-${Math.round(w.endFrame * 1000 / lane.speech.sampleRate)}`).join(" "), end.samples.length*1000/lane.speech.sampleRate);
  console.log(end.marks.map((m) => `${m.value}@${Math.round(m.timeMs)}+${Math.round(m.durationMs??-1)}${m.source[0]}`).join(" "));
  console.log(open.fake.requests.map((r) => `${JSON.stringify(r.text)} ${r.state} ${r.audioBytes} ${JSON.stringify(r.parameters["OutputFormat"]??"")}`).join("\n"));
  await open.engine.close(); await open.fake.close();
});
