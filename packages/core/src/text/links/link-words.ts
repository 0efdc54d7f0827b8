import { primaryOf } from "../language.ts";

/** How the signs of an address are said. */
export interface LinkWords {
  readonly dot: string;
  readonly at: string;
  readonly slash: string;
  readonly dash: string;
  readonly underscore: string;
  /** Said before the site of a link that is announced. */
  readonly linkTo: string;
}

const english: LinkWords = { dot: "dot", at: "at", slash: "slash", dash: "dash", underscore: "underscore", linkTo: "link to" };

const words: Readonly<Record<string, LinkWords>> = {
  en: english,
  de: { dot: "Punkt", at: "ät", slash: "Schrägstrich", dash: "Bindestrich", underscore: "Unterstrich", linkTo: "Link zu" },
  es: { dot: "punto", at: "arroba", slash: "barra", dash: "guion", underscore: "guion bajo", linkTo: "enlace a" },
  fr: { dot: "point", at: "arobase", slash: "barre oblique", dash: "tiret", underscore: "tiret bas", linkTo: "lien vers" },
  hi: { dot: "डॉट", at: "ऐट", slash: "स्लैश", dash: "डैश", underscore: "अंडरस्कोर", linkTo: "लिंक" },
  it: { dot: "punto", at: "chiocciola", slash: "barra", dash: "trattino", underscore: "trattino basso", linkTo: "link a" },
  ja: { dot: "ドット", at: "アットマーク", slash: "スラッシュ", dash: "ハイフン", underscore: "アンダーバー", linkTo: "リンク" },
  ko: { dot: "점", at: "골뱅이", slash: "슬래시", dash: "하이픈", underscore: "밑줄", linkTo: "링크" },
  nl: { dot: "punt", at: "apenstaartje", slash: "schuine streep", dash: "streepje", underscore: "liggend streepje", linkTo: "link naar" },
  pl: { dot: "kropka", at: "małpa", slash: "ukośnik", dash: "myślnik", underscore: "podkreślnik", linkTo: "link do" },
  pt: { dot: "ponto", at: "arroba", slash: "barra", dash: "hífen", underscore: "sublinhado", linkTo: "link para" },
  ru: { dot: "точка", at: "собака", slash: "слэш", dash: "дефис", underscore: "подчёркивание", linkTo: "ссылка на" },
  sv: { dot: "punkt", at: "snabel-a", slash: "snedstreck", dash: "bindestreck", underscore: "understreck", linkTo: "länk till" },
  tr: { dot: "nokta", at: "et", slash: "eğik çizgi", dash: "tire", underscore: "alt çizgi", linkTo: "bağlantı" },
  uk: { dot: "крапка", at: "равлик", slash: "слеш", dash: "дефіс", underscore: "підкреслення", linkTo: "посилання на" },
  zh: { dot: "点", at: "艾特", slash: "斜杠", dash: "横杠", underscore: "下划线", linkTo: "链接" },
};

/** The words of a language; English where it is not known. */
export function linkWordsFor(language: string): LinkWords {
  const primary = primaryOf(language);
  return (Object.hasOwn(words, primary) ? words[primary] : undefined) ?? english;
}
