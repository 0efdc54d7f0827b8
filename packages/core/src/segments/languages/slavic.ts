import type { LanguageData } from "../language-data.ts";

/** Slavic and Baltic languages in Latin letters, with their neighbours Hungarian, Finnish, Estonian and Turkish. */
export const slavic: Readonly<Record<string, LanguageData>> = {
  pl: {
    ordinals: true,
    title: "p dr prof mgr inż ks św gen płk mjr kpt por hab red dyr ul al pl os",
    never: "np tj tzn tzw m.in min ok wg ww jw por zob itp tel bałt łac gr niem ang fr ros",
    number: "nr s str art ust poz pkt rozdz rys tab t",
    inner: "r w wiek godz min sek zł gr tys mln mld sp s.a z.o.o woj pow gm stycz lut mar kwiet maj czerw lip sierp wrzes paźdz listop grudz p.n.e n.e im",
    closing: "itd etc",
    starters: "ten ta to te ci on ona ono oni my ja ty wy i a ale lub albo jeśli gdy kiedy ponieważ bo że jak gdzie co kto który w na z do od po przed przez dla bez pod nad o tu teraz dziś wczoraj jutro potem także nie tak jest są był była było były ma mają jego jej ich wszystkie każdy jednak",
  },
  cs: {
    ordinals: true,
    title: "p pí sl dr prof doc ing mgr bc mudr judr phdr rndr sv gen plk mjr kpt",
    never: "např tzv tj resp cca popř příp vč srov t.j t.zv tzn",
    number: "č s str čl odst kap obr tab sv",
    inner: "ul nám tel hod min sek tis mil mld kč led ún břez dub květ červ čvc srp září říj list pros r stol př.n.l n.l a.s s.r.o spol o.s",
    closing: "atd apod aj etc",
    starters: "ten ta to ti on ona ono oni my já ty vy a i ale nebo jestli když protože že jak kde co kdo který v ve na z ze do od po před přes pro bez pod nad o tady teď dnes včera zítra potom také ne ano je jsou byl byla bylo byly má mají jeho její jejich všechny každý",
  },
  sk: {
    ordinals: true,
    title: "p pí sl dr prof doc ing mgr bc mudr judr phdr rndr sv gen plk mjr kpt",
    never: "napr tzv tj t.j resp cca popr príp vrát tzn pozn atď.",
    number: "č s str čl ods kap obr tab sv par",
    inner: "ul nám tel hod min sek tis mil mld eur r stor pred.n.l n.l a.s s.r.o spol o.z i n o",
    closing: "atď a.i apod etc",
    starters: "ten tá to tí on ona ono oni my ja ty vy a i ale alebo ak keď pretože že ako kde čo kto ktorý v vo na z zo do od po pred cez pre bez pod nad o tu teraz dnes včera zajtra potom tiež nie áno je sú bol bola bolo boli má majú jeho jej ich všetky každý",
  },
  hr: { ordinals: true, title: "g gđa gđica dr prof mr dipl ing sv", never: "npr tj tzv odn cca", number: "br str čl st sl tab", inner: "ul tel god st min sek tis mil mlrd kn pr.kr d.o.o d.d", closing: "itd sl i.sl etc" },
  sl: { ordinals: true, title: "g ga gdč dr prof mag dipl inž sv", never: "npr tj t.i oz cca", number: "št str čl sl", inner: "ul tel min sek tis mio mrd d.o.o d.d pr.n.št", closing: "itd ipd idr etc" },
  lt: { ordinals: true, title: "p dr prof doc inž", never: "pvz t.y vad", number: "nr p psl str", inner: "g gatv tel mln mlrd min a m d k pr.kr", closing: "ir.kt etc" },
  hu: { ordinals: true, title: "dr prof id ifj özv szt", never: "pl ill kb ún vö", number: "sz old o", inner: "u tel jan febr márc ápr máj jún júl aug szept okt nov dec kft zrt bt i.e i.sz", closing: "stb etc" },
  fi: { ordinals: true, title: "hra rva nti tri prof", never: "esim ts eli ent mm ns em ks vrt n noin", number: "nro s luku", inner: "puh klo min sek milj mrd mk oy ab tammik helmik maalisk huhtik toukok kesäk heinäk elok syysk lokak marrask jouluk eaa jaa", closing: "jne ym yms jms etc" },
  et: { ordinals: true, title: "hr pr prl dr prof", never: "nt näit s.t st ca umb", number: "nr lk", inner: "tel tn mnt pst min sek mln mld jaan veebr apr aug sept okt nov dets e.m.a m.a.j", closing: "jne jm jms etc" },
  tr: { ordinals: true, title: "dr prof doç yrd av sn", never: "örn yak bkz krş", number: "no s sf md", inner: "cad sok mah apt tel sk dk yy a.ş ltd şti m.ö m.s i.ö", closing: "vb vs vd vs." },
};
