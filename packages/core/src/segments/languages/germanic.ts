import type { LanguageData } from "../language-data.ts";

/** German, Dutch and the Scandinavian languages. */
export const germanic: Readonly<Record<string, LanguageData>> = {
  de: {
    ordinals: true,
    capitalNouns: true,
    title: "hr hrn fr frl dr prof dipl ing mag st hl frhr reg med phil jur rer nat dipl.-ing priv.-doz doz univ.-prof geb",
    never: "z.b zb bzw ca d.h dh u.a ua sog vgl evtl ggf inkl exkl insb insbes bes max mind lt gem zzgl abzgl v.a o.g u.u i.d.r z.t zt i.a i.v b.z.w einschl entspr ehem näml resp verh gest allg beisp spez urspr",
    number: "nr s art abs bd aufl abb kap tab ziff bl jg pos rn rz lit § §§ fn anm hausnr nrn",
    inner: "str tel fax jan feb mär märz apr jun jul aug sep sept okt nov dez std min sek tsd mio mrd mwst co gebr abt bhf zt vers verf hrsg red übers i n.chr v.chr chr eur ev kath usf jhdt jh jhd",
    proper: "mo di mi do fr sa so",
    endings: "str",
    closing: "usw etc uvm u.v.m u.s.w ff f o.ä u.ä a.d e.v e.h",
    starters:
      "der die das den dem des ein eine einen einem einer es er sie ich wir ihr du man dies diese dieser dieses diesem diesen jene jeder jede alle einige viele manche und oder aber denn doch sondern wenn als weil da dass ob obwohl während nachdem bevor seit bis wie was wer wo wann warum wieso welche welcher in im am an auf aus bei beim mit nach von vom vor zu zum zur über unter zwischen durch für gegen ohne um hier dort dann danach dabei damit daher deshalb deswegen darum dazu jetzt heute morgen gestern nun so auch nur noch schon sehr nicht kein keine ist sind war waren hat haben kann können wird werden soll sein seine seinen ihre ihren unser unsere mein meine bitte danke ja nein vielleicht leider außerdem jedoch allerdings trotzdem insgesamt besonders ansonsten anders viel wenig wenige weniger mehr mehrere beide etwas nichts niemand immer wieder oft manchmal bald später früher zuerst zunächst zuletzt schließlich endlich seitdem seither inzwischen mittlerweile bereits bisher bislang derzeit dennoch dagegen hingegen stattdessen zudem zwar sogar fast etwa rund weder dafür davon davor dadurch daraus darin darauf daran solche solcher solches keiner keinen jedes jener jenes mir mich uns ihm ihn ihnen deine dein wegen statt sobald solange sonst natürlich tatsächlich anschließend eines unserer unseres unserem unseren meiner meines meinem meinen deiner deinem deinen seiner seines seinem ihrer ihrem ihres dessen deren jenem jenen jedem jeden keinem keines aller allen alles einiger einigen vielen vieler mancher manches manchen welches welchem welchen solchen andere anderer anderes anderen könnte könnten trotz außer außerhalb innerhalb währenddessen unterdessen zwischendurch beides",
  },
  nl: {
    title: "ing mr ds st jhr jkvr gen kol",
    never: "dhr mevr mw mej dr drs ir prof bijv bv d.w.z dwz m.n o.a t.a.v t.o.v i.v.m m.b.t n.a.v i.p.v o.l.v ca resp evt incl excl zgn z.g cf vgl a.u.b",
    number: "nr nrs p pag blz art hfst afb afl fig tab vol dl bl",
    inner: "tel jan feb mrt apr jun jul aug sep sept okt nov dec ma di wo do vr za zo str min max sec mln mld inst ned belg n.v b.v v.chr n.chr gem",
    endings: "str",
    closing: "enz etc e.d e.a",
    starters:
      "de het een dit dat deze die er hij zij ze wij we ik jij je u jullie en of maar want dus als toen omdat hoewel terwijl wat wie waar wanneer waarom hoe in op aan bij met van voor naar over onder tussen door na om uit tot zonder hier daar dan nu vandaag morgen gisteren ook nog niet geen is zijn was waren heeft hebben kan wordt worden mijn zijn haar ons onze hun alle veel sommige daarom bovendien echter volgens",
  },
  da: {
    ordinals: true,
    title: "hr hrs fr frk dr prof st hd kgl skt adj lekt mag cand",
    never: "f.eks feks fx bl.a bla ca d.v.s dvs p.g.a pga mht m.h.t ift i.f.t m.m inkl ekskl evt h.h.v hhv jf jvf vedr ang pr ifm mfl ml mellem opr alm div eksp iflg aht",
    number: "nr s sv art stk kap fig tab bd vol pkt § bilag side",
    inner: "tlf jan feb mar apr jun jul aug sep sept okt nov dec man tir ons tor fre lør søn min sek mio mia kr kl a/s aps afd bygn gl nuv tidl adr st th tv mf u.s f.kr e.kr sp",
    closing: "osv m.v o.l etc",
    starters:
      "den det de en et han hun vi jeg du i man der dette denne disse og men eller for så da når hvis fordi selvom mens hvad hvem hvor hvornår hvorfor hvordan på af til fra med om ved efter før under over mellem uden her nu idag i også ikke er var har havde kan vil skal min din hans hendes vores deres alle mange nogle derfor desuden dog ifølge",
  },
  sv: {
    title: "hr fru frk dr prof st",
    never: "t.ex tex bl.a d.v.s dvs p.g.a pga ca inkl exkl ev resp jfr m.fl s.k t.o.m fr.o.m o.dyl ang enl f.d fd",
    number: "nr s sid art kap fig tab bd vol",
    inner: "tel jan feb mar apr jun jul aug sep sept okt nov dec mån tis ons tors fre lör sön min sek milj mdr kr kl st f.kr e.kr",
    closing: "osv m.m etc",
    starters: "den det de en ett han hon vi jag du ni man detta denna dessa och men eller för så när om eftersom medan vad vem var varför hur i på av till från med vid efter före under över mellan utan här nu idag också inte är har hade kan vill ska min din hans hennes vår deras alla många några därför dessutom dock enligt",
  },
  no: {
    ordinals: true,
    title: "hr fr frk dr prof st",
    never: "f.eks feks bl.a dvs d.v.s pga p.g.a ca inkl ekskl evt hhv jf mht ift vedr ang",
    number: "nr s art kap fig tab bd vol pkt",
    inner: "tlf jan feb mar apr jun jul aug sep sept okt nov des man tir ons tor fre lør søn min sek mill mrd kr kl a/s f.kr e.kr",
    closing: "osv m.m m.v o.l etc",
    starters: "den det de en et ei han hun vi jeg du dere man dette denne disse og men eller for så da når hvis fordi selv mens hva hvem hvor hvorfor hvordan i på av til fra med om ved etter før under over mellom uten her nå også ikke er var har hadde kan vil skal min din hans hennes vår deres alle mange noen derfor dessuten ifølge",
  },
};
