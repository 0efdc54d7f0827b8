import { describe, it } from "vitest";
import { checkMarked } from "./marked-text.test-helper.ts";

describe("abbreviations of a language", () => {
  it.each<[string, string]>([
    ["de", "Dr. Müller wohnt in der Hauptstr. 5. ¦Er ist nett."],
    ["de", "Treffen wir uns in der Hauptstr. 5 oder in der Goethestr. 12? ¦Sie wohnt in der Bahnhofstr. ¦Er nicht."],
    ["de", "Das ist d. h. so. ¦Na ja. ¦Am Mo. Mittag geht es nicht."],
    ["nl", "Prof. dr. De Vries sprak met drs. De Boer in de Kerkstr. 5. ¦Hij zweeg."],
    ["nl", "'s Ochtends regent het. ¦'s Avonds niet. ¦’t Is mooi! ¦’k Ga."],
    ["en", "The end. ¦P.S. I love you."],
    ["en", "I live on Main St. ¦It is noisy. ¦We saw St. Theresa in St. Louis. ¦St. Will is new."],
    ["en", "We need 5 kg. ¦Bring a scale. ¦It is 3 km. 5 of us ran 5 km. together."],
    ["en", "We meet at 5 p. m. ¦Bring tea."],
    ["ru", "Яблоки, груши и т. д. ¦Сливы и т. п. ¦Конец. ¦Жил-был А. П. Чехов."],
    ["sv", "Han heter Olof M. M. Lund. ¦Bra."],
    ["vi", "TP. Hồ Chí Minh rất đẹp. ¦TS. Nguyễn Văn A đến. ¦GS. Trần Văn B về. ¦Bạn khỏe không?"],
    ["vi", "Tôi sống ở TP. Hồ Chí Minh. ¦Tôi yêu nó."],
    ["vi", "Ông V. A. đến. ¦PGS. TS. Lê Lan ở Q. 5."],
    ["ms", "En. Ahmad datang. ¦Pn. Siti pulang. ¦Dia tinggal di Jln. Ampang, No. 5."],
    ["id", "Sdr. Budi tinggal di Jl. Sudirman No. 5. ¦Dia membeli beras, gula, dll. ¦Kami pulang."],
  ])("%s: %s", (language, marked) => {
    checkMarked(language, marked);
  });
});

describe("abbreviations that may end a sentence", () => {
  it.each<[string, string]>([
    ["de", "Es kostet 5 Mio. ¦Viel Geld ist das. ¦Es kostet 5 Mio. Euro. ¦Er gab 3 Mrd. ¦Mehr hatte er nicht."],
    ["de", "Wir warten 5 Min. ¦Viele gehen nach 2 Std. Wartezeit. ¦Nach 10 Sek. ¦Stattdessen blieb er."],
    ["de", "Dort leben 20 Tsd. Menschen oder 30 Tsd. ¦Weniger sind es nie."],
    ["de", "Es gibt 5 Mio. Unternehmen und 3 Mio. Diesel. ¦Dort sind 2 Mio. Allergiker. ¦Unter uns: Das sind viele."],
    ["de", "Im 2. Durchgang fiel er. ¦Der 3. Gegenstand fehlt. ¦Er kam am 5. ¦Dort blieb er."],
    ["es", "Vive en EE.UU. ¦Trabaja en una fábrica. ¦El presidente de EE. UU. Joe Biden habló. ¦La embajada de EE.UU. Madrid es grande."],
    ["es", "Fundó la empresa Sol S.A. ¦Tiene dos hijas."],
    ["it", "Fondò la Sole S.p.A. ¦Lavora ancora. ¦La Sole S.p.A. Milano è chiusa."],
    ["pt", "Fundou a Sol S.A. ¦Trabalha muito. ¦A Sol S.A. Lisboa fechou."],
  ])("%s: %s", (language, marked) => {
    checkMarked(language, marked);
  });
});

describe("numbers of clauses", () => {
  it.each<[string, string]>([
    ["en", "1.1. Scope of this document. ¦It is short.\n¦1.2. Terms. ¦They are defined."],
    ["en", "3.2.1. The buyer shall pay. ¦3.2.2. The seller shall deliver."],
    ["de", "1.1. Der Käufer zahlt. ¦Der Preis ist 3.50. ¦Er ist fest."],
    ["en", "It rose to 3.5. ¦Then it fell. ¦He runs 10.0.0.1. ¦She does not."],
  ])("%s: %j", (language, marked) => {
    checkMarked(language, marked);
  });
});
