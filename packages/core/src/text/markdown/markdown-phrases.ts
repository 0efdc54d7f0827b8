import { primaryOf } from "../language.ts";

/** What is said for what Markdown only shows. */
export interface MarkdownPhrases {
  /** A block of code whose language is not told. */
  readonly code: string;
  /** A block of code in a programming language. */
  readonly codeIn: (language: string) => string;
  /** Said before a task, done or not. */
  readonly done: string;
  readonly open: string;
}

const english: MarkdownPhrases = { code: "Code block.", codeIn: (language) => `Code block in ${language}.`, done: "Done:", open: "To do:" };

const phrases: Readonly<Record<string, MarkdownPhrases>> = {
  en: english,
  ar: { code: "مقطع برمجي.", codeIn: (language) => `مقطع برمجي بلغة ${language}.`, done: "تم:", open: "للتنفيذ:" },
  de: { code: "Codeblock.", codeIn: (language) => `Codeblock in ${language}.`, done: "Erledigt:", open: "Zu tun:" },
  es: { code: "Bloque de código.", codeIn: (language) => `Bloque de código en ${language}.`, done: "Hecho:", open: "Pendiente:" },
  fr: { code: "Bloc de code.", codeIn: (language) => `Bloc de code en ${language}.`, done: "Fait :", open: "À faire :" },
  hi: { code: "कोड खंड।", codeIn: (language) => `${language} कोड खंड।`, done: "पूरा:", open: "बाकी:" },
  it: { code: "Blocco di codice.", codeIn: (language) => `Blocco di codice in ${language}.`, done: "Fatto:", open: "Da fare:" },
  ja: { code: "コードブロック。", codeIn: (language) => `${language} のコードブロック。`, done: "完了：", open: "未完了：" },
  ko: { code: "코드 블록.", codeIn: (language) => `${language} 코드 블록.`, done: "완료:", open: "할 일:" },
  nl: { code: "Codeblok.", codeIn: (language) => `Codeblok in ${language}.`, done: "Gedaan:", open: "Te doen:" },
  pl: { code: "Blok kodu.", codeIn: (language) => `Blok kodu w języku ${language}.`, done: "Zrobione:", open: "Do zrobienia:" },
  pt: { code: "Bloco de código.", codeIn: (language) => `Bloco de código em ${language}.`, done: "Feito:", open: "A fazer:" },
  ru: { code: "Блок кода.", codeIn: (language) => `Блок кода на ${language}.`, done: "Сделано:", open: "Сделать:" },
  sv: { code: "Kodblock.", codeIn: (language) => `Kodblock i ${language}.`, done: "Klart:", open: "Att göra:" },
  tr: { code: "Kod bloğu.", codeIn: (language) => `${language} kod bloğu.`, done: "Yapıldı:", open: "Yapılacak:" },
  uk: { code: "Блок коду.", codeIn: (language) => `Блок коду мовою ${language}.`, done: "Зроблено:", open: "Зробити:" },
  zh: { code: "代码块。", codeIn: (language) => `${language} 代码块。`, done: "已完成：", open: "待办：" },
};

/** Programming languages by the names that stand behind a fence. */
const programmingLanguages: Readonly<Record<string, string>> = {
  bash: "shell",
  c: "C",
  cpp: "C++",
  cs: "C#",
  csharp: "C#",
  css: "CSS",
  go: "Go",
  html: "HTML",
  java: "Java",
  javascript: "JavaScript",
  js: "JavaScript",
  json: "JSON",
  jsx: "JavaScript",
  kotlin: "Kotlin",
  php: "PHP",
  py: "Python",
  python: "Python",
  rb: "Ruby",
  rs: "Rust",
  ruby: "Ruby",
  rust: "Rust",
  sh: "shell",
  shell: "shell",
  sql: "SQL",
  swift: "Swift",
  ts: "TypeScript",
  tsx: "TypeScript",
  typescript: "TypeScript",
  xml: "XML",
  yaml: "YAML",
  yml: "YAML",
  zsh: "shell",
};

/** The phrases of a language; English where it is not known. */
export function markdownPhrasesFor(language: string): MarkdownPhrases {
  const primary = primaryOf(language);
  return (Object.hasOwn(phrases, primary) ? phrases[primary] : undefined) ?? english;
}

/** The name of a programming language as it is said; "" where none is told. */
export function programmingLanguage(name: string): string {
  const key = name.toLowerCase();
  return (Object.hasOwn(programmingLanguages, key) ? programmingLanguages[key] : undefined) ?? (/^(?:te?xt|plain(?:text)?|none)$/u.test(key) ? "" : name);
}
