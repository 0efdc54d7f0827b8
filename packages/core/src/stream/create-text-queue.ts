import { createSegmenter } from "../segments/create-segmenter.ts";
import { LONGEST_SEGMENT_UNITS } from "../segments/longest-segment.ts";
import { createMarkupStage, type MarkupStageOptions } from "../ssml/markup-stage.ts";
import type { EngineRoute } from "../synthesis/engine-route.ts";
import { TextQueue } from "../text/text-queue.ts";
import type { StreamOptions } from "./stream-options.ts";
import { textLanguage } from "./text-language.ts";

/** The text side of a stream. The words of SSML are cut like any text; each knows in which elements it stands. */
export function createTextQueue(options: StreamOptions, route: EngineRoute | undefined, hooks: MarkupStageOptions): TextQueue {
  const { textStages = [], ssml } = options;
  const language = textLanguage(options, route);
  return new TextQueue({
    createSegmenter: () => createSegmenter(language === undefined ? {} : { language }),
    longestSegmentUnits: LONGEST_SEGMENT_UNITS,
    stages: textStages,
    markup: ssml === true ? createMarkupStage(hooks) : undefined,
  });
}
