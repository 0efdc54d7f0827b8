import { createSegmenter } from "../segments/create-segmenter.ts";
import type { EngineRoute } from "../synthesis/engine-route.ts";
import { TextQueue } from "../text/text-queue.ts";
import { createWholeSegmenter } from "../text/whole-segmenter.ts";
import type { StreamOptions } from "./stream-options.ts";
import { textLanguage } from "./text-language.ts";

/** The text side of a stream. SSML is read to its end: its tags span sentences, so it is only cut at flushes. */
export function createTextQueue(options: StreamOptions, route: EngineRoute | undefined): TextQueue {
  const { textStages = [] } = options;
  const language = textLanguage(options, route);
  if (options.ssml === true) return new TextQueue({ createSegmenter: createWholeSegmenter, stages: textStages, windowUnits: Infinity });
  return new TextQueue({ createSegmenter: () => createSegmenter(language === undefined ? {} : { language }), stages: textStages });
}
