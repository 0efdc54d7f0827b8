// Reads a text from a file (or standard input), writes a WAV file and captions for it.
//
//   node examples/to-file.mjs --in README.md --out readme.wav
//   echo "Two sentences. One file." | node examples/to-file.mjs --out two.wav

import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { createTTS } from "parlando";

const { values } = parseArgs({ options: { in: { type: "string" }, out: { type: "string", default: "speech.wav" }, language: { type: "string", default: "en-us" } } });

// A readable stream of strings is taken as it is: text is read as fast as it is spoken, however long it is.
const text = values.in === undefined ? process.stdin.setEncoding("utf8") : createReadStream(values.in, "utf8");

const timestamp = (ms) => new Date(ms).toISOString().slice(11, 23);
const captions = [];

const tts = await createTTS({ engine: "espeak", language: values.language });
try {
  const report = await tts.toFile(text, values.out, {
    marks: ["sentence"],
    // Offsets of a mark point into the text that was fed, and times into the audio of the whole stream.
    onMark: (mark) => captions.push(mark),
  });
  const cues = captions.map((mark, index) => {
    const end = mark.durationMs === undefined ? (captions[index + 1]?.timeMs ?? report.audioMs) : mark.timeMs + mark.durationMs;
    return `${timestamp(mark.timeMs)} --> ${timestamp(end)}\n${mark.value.replaceAll(/\s+/g, " ").trim()}\n`;
  });
  const captionFile = values.out.replace(/(\.[^.]*)?$/, ".vtt");
  await writeFile(captionFile, ["WEBVTT\n", ...cues].join("\n"));
  const speed = report.audioMs === 0 ? "there was nothing to say" : `made ${(1 / report.realTimeFactor).toFixed(0)} times as fast as it plays`;
  console.log(`${values.out}: ${(report.audioMs / 1000).toFixed(1)} s, ${speed}; ${captionFile}: ${captions.length} captions`);
} finally {
  await tts.close();
}
