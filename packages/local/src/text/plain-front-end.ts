import { cleanText } from "./clean-text.ts";
import { splitTags } from "./expression-tags.ts";
import type { TextFrontEnd } from "./text-front-end.ts";

/** Makes a front end for models that read text as it is written: only white space, control tokens and expression tags are seen to. */
export function createPlainFrontEnd({ expressions }: { expressions: readonly string[] }): TextFrontEnd {
  return {
    async prepare(text) {
      const clean = cleanText(text);
      const { parts, warnings } = splitTags(clean.text, expressions);
      const spoken = parts.map((part) => part.text).join("");
      return { text: spoken.replaceAll(/ {2,}/g, " ").trim(), warnings: [...clean.warnings, ...warnings] };
    },
  };
}
