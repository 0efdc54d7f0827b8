import type { LanguageData } from "../language-data.ts";

/** Languages of India; those that use the Latin full stop need the list most. Many initials there are the names of Latin letters. */
export const indic: Readonly<Record<string, LanguageData>> = {
  hi: { title: "डॉ डा श्री श्रीमती प्रो पं सु कु स्व ले कर्नल", inner: "प्र कि.मी से.मी मि.मी कि.ग्रा मि ई.पू ई सं.रा रु सं पृ एफ एच जे के एल एम एन आर एस टी डी बी वी वाई डब्ल्यू", words: "न हाँ हां है हैं हूँ हूं था थे थी थीं हो" },
  mr: { title: "डॉ डा श्री श्रीमती सौ प्रा पं कु चि स्व ना मा", inner: "कि.मी से.मी मि.मी कि.ग्रा मि इ.स ई.स रु क्र पृ प्र एफ एच जे के एल एम एन आर एस टी डी बी व्ही वाय डब्ल्यू", words: "हो ये मी तू" },
  ne: { title: "डा डॉ प्रा श्री", inner: "कि.मी वि.सं रु के एल एम एन आर एस", words: "छ हो छु नि" },
  bn: { title: "ডা ড ড. মো মোঃ প্রো", inner: "কি.মি খ্রি" },
  ta: { title: "திரு டாக்டர்", inner: "கி.மீ கி.பி கி.மு" },
  gu: { words: "છે છું હા" },
  pa: { words: "ਹੈ ਹਾਂ" },
  si: { words: "ය" },
  te: { title: "డా శ్రీ", inner: "కి.మీ" },
};
