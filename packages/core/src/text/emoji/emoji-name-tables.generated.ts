// Written by tools/generate-emoji-names.mjs from emojibase-data 17.0.0 (MIT): change that, then run it.
// Names: Unicode CLDR short names, (c) Unicode, Inc., Unicode License v3 (https://www.unicode.org/license.txt).

/** Loads the table of a language, by its primary tag. English is always there. */
export const emojiNameTables: Readonly<Record<string, () => Promise<{ readonly emojiNames: string }>>> = {
  de: () => import("./names/de.generated.ts"),
  es: () => import("./names/es.generated.ts"),
  fr: () => import("./names/fr.generated.ts"),
  hi: () => import("./names/hi.generated.ts"),
  it: () => import("./names/it.generated.ts"),
  ja: () => import("./names/ja.generated.ts"),
  ko: () => import("./names/ko.generated.ts"),
  nl: () => import("./names/nl.generated.ts"),
  pl: () => import("./names/pl.generated.ts"),
  pt: () => import("./names/pt.generated.ts"),
  ru: () => import("./names/ru.generated.ts"),
  uk: () => import("./names/uk.generated.ts"),
  zh: () => import("./names/zh.generated.ts"),
};
