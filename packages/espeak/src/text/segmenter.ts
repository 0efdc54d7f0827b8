const segmenters = new Map<string, Intl.Segmenter>();

/** The platform's segmenter for a language (BCP-47), made once; undefined where the platform has none. */
export function segmenterFor(language: string, granularity: "word" | "sentence"): Intl.Segmenter | undefined {
  if (typeof Intl.Segmenter !== "function") return undefined;
  const key = `${granularity} ${language}`;
  const known = segmenters.get(key);
  if (known !== undefined) return known;
  const created = new Intl.Segmenter(language, { granularity });
  segmenters.set(key, created);
  return created;
}
