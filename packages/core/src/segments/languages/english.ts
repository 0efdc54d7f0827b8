import type { LanguageData } from "../language-data.ts";

/** English; also the ground for every other language, since names, titles and units of English are met everywhere. */
export const english: LanguageData = {
  title:
    "mr mrs ms mx messrs mmes dr drs prof profs st sts mt gen lt lieut col cpl capt cmdr comdr maj sgt ssgt adm brig hon rev revd pres gov govs sen sens rep reps atty supt insp det amb ald pvt msgr hr",
  never: "p.s p.p.s v e.g eg i.e ie f.e f.i vs viz cf ca c.f resp",
  number: "p pp no nos n° nº nr num vol vols fig figs art arts sec secs ch chap par para eq ed eds rs ref refs tab ex app pt pts op cl sch reg lvl ver kg km cm mm ml",
  inner:
    "jr sr co corp inc ltd llc plc bros cie gmbh assn assoc dept univ dist div est ext mfg mgr dir govt comm natl intl int'l nat'l ave blvd rd hwy bldg apt rm ste a.d b.c b.c.e c.e ph.d ph.ds m.d m.a b.a b.s m.s ll.b ll.m d.d.s r.n esq approx misc min max avg hrs hr mins secs yrs yr wks lb lbs oz ft mph tel med temp incl excl orig pseud transl d.c n.y u.s u.k e.u u.n u.s.a u.s.s.r acct adj adv al btw dep deg",
  proper:
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun ala ariz ark calif colo conn del fla ill ind kan kans ky la mass md mich minn miss mo mont neb nev okla ore pa penn tenn tex vt va wash wis wisc wyo ont que alta fr rt",
  closing: "etc a.m p.m",
  starters:
    "the a an this that these those it its he she we they i you my your his her our their what who whom whose why when where how which is are was were am do does did has have had can could will would shall should may might must in on at for from to of by with without about above across after against along among around as before behind below beneath beside between beyond but despite down during except inside into like near off onto out outside over past since through throughout till toward under underneath until up upon and or nor so yet if because although though while whereas unless once whether then than there here now today tomorrow yesterday not no yes never always often sometimes usually also too only even just still again already soon later first second third finally next last however therefore thus hence moreover furthermore meanwhile otherwise instead indeed perhaps maybe both each every either neither some any many much most more few several all none one two three four five six seven eight nine ten another other others such millions thousands hundreds dozens people same please let thanks thank welcome hello hi everyone everybody someone somebody nobody nothing everything something anyone according based being having given looking check see note remember don didn doesn isn aren wasn weren couldn wouldn shouldn hasn haven hadn won ain",
};
