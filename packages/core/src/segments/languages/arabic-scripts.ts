import type { LanguageData } from "../language-data.ts";

/** Languages in Arabic and Hebrew letters. They have no capitals, so that only a list can tell an abbreviation. */
export const arabicScripts: Readonly<Record<string, LanguageData>> = {
  ar: { title: "د أ م ا أ.د م.م س ص ت", inner: "ق.م هـ م ص.ب ج.م.ع و.م.أ", closing: "الخ إلخ" },
  fa: { title: "د م آ", inner: "ق.م هـ.ق هـ.ش ه.ق ه.ش ب.م", number: "ص ش ج" },
  ur: { title: "ڈاکٹر پروفیسر", inner: "ق.م" },
  he: { title: "ד פרופ גב מר", never: "למשל", inner: "עמ מס" },
};
