import type { TextMarkup } from "../text/text-markup.ts";
import { breakMs } from "./lower/pause-length.ts";

/** How long the breaks before the first word of a text are, in milliseconds: silence there is meant. */
export function breaksBefore({ markup }: { readonly markup?: TextMarkup | undefined }): number {
  const breaks = markup?.points.filter(({ at, element }) => at === 0 && element.name === "break") ?? [];
  return breaks.reduce((ms, { element }) => ms + breakMs(element.attributes), 0);
}
