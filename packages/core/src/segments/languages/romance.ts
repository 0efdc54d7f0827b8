import type { LanguageData } from "../language-data.ts";

/** French, Spanish, Italian, Portuguese, Romanian and Catalan. */
export const romance: Readonly<Record<string, LanguageData>> = {
  fr: {
    title: "m mm mme mmes mlle mlles dr drs pr me mgr st ste sts vve cdt col gén lt cap",
    never: "c.-à-d c.à.d cad cf p.ex ex env resp notamm",
    number: "n° nº no nos p pp art chap vol t fig tab sect al § réf",
    inner: "av bd boul tél janv févr fév avr juil sept oct nov déc lun mar mer jeu ven sam dim min max sec hab éd coll apr av.j.-c j.-c jc ltée cie s.a s.a.r.l inc",
    closing: "etc",
    starters:
      "le la les l un une des du de ce cet cette ces il elle on nous vous ils elles je tu j c d s n qu et ou mais donc or car ni si quand lorsque comme parce puisque que qui quoi où comment pourquoi quel quelle dans en sur sous avec sans pour par à au aux chez vers depuis pendant après avant entre selon malgré ici là maintenant aujourd hier demain alors ainsi puis ensuite enfin aussi très plus moins ne pas non oui est sont était ont mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs tout toute tous toutes chaque plusieurs certains cela ça cependant toutefois néanmoins d'abord",
  },
  es: {
    title: "sr sra sres sras srta srtas dr dra dres dras prof profa lic ing arq d dña da ud uds vd vds st sto sta gral tte cap cnel pbro mons fr hno hna",
    never: "p.ej ej pej aprox cf vs gral",
    number: "n° nº núm nro no pág págs p pp art arts cap vol fig tab t tel ext cra cl apdo apto",
    inner: "av avda avd dpto depto ee.uu ee uu ee.uu.aa feb ene mar abr may jun jul ago sep sept set oct nov dic lun mié mier jue vie sáb sab dom min máx mín seg hab cía s.a s.l s.r.l a.c d.c d.c.v a.m p.m c.p esp edo izq dcha",
    closing: "etc",
    starters:
      "el la los las lo un una unos unas este esta estos estas ese esa esos esas aquel aquella él ella ellos ellas yo tú nosotros usted ustedes y e o u pero sino mas aunque porque pues si cuando como donde mientras que qué quién cuál cuándo cómo dónde por para en de del al a con sin sobre entre hasta desde hacia según durante tras ante bajo contra aquí allí ahora hoy ayer mañana entonces luego después antes además también tampoco no sí ya muy más menos es son era fue fueron ha han había hay está están mi mis tu tus su sus nuestro nuestra todo toda todos todas cada algunos muchos otros se me te le les nos así sin embargo esto eso mucho mucha poco poca tiene tienen tenía puede pueden podría quiere quieren debe deben dice dijo hace hizo sabe cree vive viven vivió trabaja trabajan trabajó estudia estudió nació murió creció llegó llegaron volvió regresó viajó viene sigue siguen lleva llevan busca gana ganó perdió recibió empezó comenzó conoce necesita necesitan parece existe existen",
  },
  it: {
    title: "sig sigg sig.ra sig.na dott dott.ssa dr dr.ssa prof prof.ssa ing arch avv geom rag on sen cav comm gen col cap ten s st ss mons rev",
    never: "es p.es ad.es cfr ca circa c.d cd cosid",
    number: "n nn n° nº num p pp pag pagg art artt cap vol fig tab sez all par",
    inner: "tel gen genn feb febbr mar apr mag magg giu giugn lug ago sett ott nov dic lun mart merc gio ven sab dom min max sec a.c d.c s.p.a spa s.r.l srl v.le c.so p.za p.zza",
    closing: "ecc etc",
    starters:
      "il lo la i gli le l un uno una questo questa questi queste quello quella quelli quelle egli lui lei loro noi voi io tu e ed o oppure ma però perché poiché se quando come dove mentre che chi cosa quale in nel nella nei negli nelle su sul sulla di del della dei degli delle da dal dalla a al alla ai agli alle con senza per tra fra dopo prima durante verso secondo contro qui là ora oggi ieri domani allora poi quindi dunque inoltre anche non sì no è sono era erano ha hanno c'è ci mio mia suo sua nostro nostra vostro tutto tutta tutti tutte ogni alcuni molti altri si così infatti tuttavia molto molta poco poca può possono deve devono vuole vogliono viene fece disse vive vivono lavora lavorano nacque morì tornò andò vinse sembra esiste esistono",
  },
  pt: {
    title: "sr sra srs sras srta dr dra drs dras prof profa eng enga arq d dna st sto sta exmo exma v gen cel cap ten pe",
    never: "p.ex ex aprox cf vs obs",
    number: "n° nº n núm p pp pág págs art arts cap vol fig tab t inc",
    inner: "av r al trav pça tel fev jan mar abr mai jun jul ago set out nov dez seg ter qua qui sex sáb dom min máx mín cia ltda s.a a.c d.c e.u.a eua depto dpto",
    closing: "etc",
    starters:
      "o a os as um uma uns umas este esta estes estas esse essa isso isto aquele aquela ele ela eles elas eu tu nós você vocês e ou mas porém porque pois se quando como onde enquanto que quem qual por para em no na nos nas de do da dos das ao à com sem sobre entre até desde após antes depois durante segundo aqui ali agora hoje ontem amanhã então também não sim já muito mais menos é são era foi foram há tem têm meu minha seu sua nosso nossa todo toda todos todas cada alguns muitos outros assim além entretanto muita pouco pouca pode podem deve devem quer querem disse fez faz vive vivem trabalha trabalham trabalhou estuda estudou nasceu morreu chegou chegaram voltou viajou começou ganhou precisa precisam parece existe existem",
  },
  ro: {
    title: "dl dna dra dlui d-l d-na dr prof ing sf",
    never: "ex cf aprox",
    number: "nr pag p art cap vol fig alin",
    inner: "str tel ian feb mar apr iun iul aug sept oct nov dec bd bl sc ap et î.hr d.hr s.a s.r.l",
    closing: "etc ș.a ş.a",
    starters: "un o acest această acesta aceasta el ea ei ele eu tu noi voi și sau dar însă dacă când cum unde ce cine care în pe la de din cu fără pentru prin după înainte între aici acum azi ieri mâine apoi nu da este sunt era a au toate toți",
  },
  ca: {
    title: "sr sra srs dr dra prof st sta d",
    never: "p.ex ex aprox cf",
    number: "núm pàg p art cap vol fig",
    inner: "av avda tel gen febr març abr juny jul ag set oct nov des c s.a s.l",
    closing: "etc",
    starters: "el la els les l un una uns unes aquest aquesta això ell ella jo tu nosaltres i o però perquè si quan com on què qui en de del al a amb sense per des fins avui ara no sí és són era ha hi tot tots",
  },
};
