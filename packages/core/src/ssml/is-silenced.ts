import type { TextMarkup } from "../text/text-markup.ts";

/** Whether silence may be what a text asks for: it has a recording in it, an empty alias, or a volume of nothing. */
export function isSilenced({ runs, points }: TextMarkup): boolean {
  return [...runs, ...points].some(({ element }) => {
    for (let at = element; at !== undefined; at = at.parent) {
      const volume = at.attributes.get("volume");
      if (at.name === "audio" || volume === "silent" || volume === "0" || at.attributes.get("alias")?.trim() === "") return true;
    }
    return false;
  });
}
