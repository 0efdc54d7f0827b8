import { describe, expect, it } from "vitest";
import { createSegmenter } from "./create-segmenter.ts";

/** Where a sentence ends in the texts below: `¦` stands for nothing in them. */
const BORDER = "¦";

function sentencesOf(text: string, language: string, length: number): string[] {
  const segmenter = createSegmenter({ language });
  const found: string[] = [];
  for (let from = 0; from < text.length; from += length) found.push(...segmenter.push(text.slice(from, from + length)).map((segment) => segment.text));
  return [...found, ...segmenter.flush().map((segment) => segment.text)];
}

function check(language: string, marked: string): void {
  const expected = marked.split(BORDER).map((sentence) => sentence.trim());
  const text = marked.replaceAll(BORDER, "");
  for (const length of [1, 3, 4, 5, text.length]) expect(sentencesOf(text, language, length), `pieces of ${length}`).toEqual(expected);
}

describe("English", () => {
  it.each([
    "Good morning. ¦Where does the tall lady live? ¦Upstairs! ¦I asked.",
    "The author signs as Clara B. Whitfield.",
    "Kindly open the book at p. 90.",
    "Did Tom and co. win the cup?",
    "We should call Tom and co. ¦They always help.",
    "The firm of Hale, Marsh & Co. opened at ten.",
    "She sued Hale, Marsh & Co. ¦It lost.",
    "From Mt. Rainier one sees St. Helens.",
    "That was Sammy Davis Jr.'s hat.",
    "He came to the U.K. two years ago. ¦She left the E.U. ¦Why did they go?",
    "The U.S. Senate met while the U.N. Secretary was away.",
    "At 9 a.m. Mrs. Cole woke up. ¦She slept again at 9 P.M. ¦Mr. Cole did not.",
    "It costs $250.00. ¦That is too much. ¦Bread is $2.50 a loaf.",
    "Write to a.b-c@mail.example.org. ¦Somebody reads it.",
    "See http://www.example.40.org/a-page/the_content.htm. ¦It is short.",
    "The boat (They had bought it in May.) sank at once.",
    "He looked up, 'It is over.' he said.",
    "He looked up, \"It is over.\" he said.",
    "He looked up, \"It is over.\" ¦She shut the door on him.",
    "Hey!! ¦Wait for me. ¦Really?? ¦You too? ¦What!? ¦No way?! ¦Fine.",
    "1.) Wash the rice ¦2.) Boil it",
    "1) Wash the rice. ¦2) Boil it. ¦3) Eat.",
    "1. Wash the rice. ¦2. Boil it.",
    "• 4. Wash the rice ¦• 5. Boil it",
    "⁃4. Wash the rice ¦⁃5. Boil it",
    "a. Wash the rice b. Boil it c. Eat it".replaceAll(/ (?=[bc]\.)/g, " ¦"),
    "The line was\nbroken by the margin of a page.",
    "The wind was \nstrong that night.",
    "names\nplaces to see\nfood, drink and rest".replaceAll("\n", "\n¦"),
    "It lies at N°. 4417.093.201. ¦Nobody goes there.",
    "He trained at Yahoo! in his youth.",
    "That is all for you and I. ¦Did you meet John I. Carter there?",
    "As the poet says, “the days will seem shorter. . . .”",
    "\"Lee [...] drew the same house [...]\" (Park 12).",
    "Leave out the rest, mark the gap, and close with a fourth dot . . . . ¦Then go on.",
    "I hardly knew him.... ¦He was gone by noon.",
    "It was not ... I mean, what I saw...well . . . what they said, the thing was . . . a lie.",
    "It was late.¦Nobody was about.¦Mrs. Park counted 1,000.¦That was plenty.",
    "Open the file notes.v2.final.txt. ¦Then run app.exe or ./build.sh now.",
    "We use Node.js, Vue.js and e.g. ASP.NET for it. ¦Version 10.4.1-beta.2 came out at 10:30.",
    "Dr. J. R. R. Holt, Ph.D., spoke. ¦Prof. A.-M. Roux did not.",
    "He was born on Jan. 12, 1950, and died on Fri., Aug. 3. ¦Nobody noticed.",
    "See fig. 3, sec. 2.1 and eq. (4). ¦They matter (cf. chap. 9).",
    "Is it 3.5 or 4.5? ¦The ratio 2.0 : 1 is right. ¦Add .5 to it.",
    "Bring pens, paper, etc. ¦We start at 8. ¦Bring food etc. if you can.",
    "Use `fmt.Println` or `os.Getenv(\"A.B\")` there. ¦The call `Array.from` copies.",
    "He said “Stop. Wait.” and ran. ¦“Why?” ¦“Because.”",
    "“I saw it,” she said. ¦“It was red.” ¦Then she left.",
    "Well… maybe. ¦Or… no.",
    "She is 6 ft. tall. ¦He weighs 80 kg. ¦They ran 5 km. together.",
    "Mr. and Mrs. Hart vs. the State of N.Y. was a long case.",
    "I like it :) ¦We should go back.",
    "Done! 🎉 ¦Next one 🚀 please.",
    "On Oct. 4 the mayor of D.C. resigned. ¦Millions were lost in the U.S. ¦Thousands wept.",
    "He lives at 12 Elm St. in Boston. ¦She lives on 5th Ave. ¦They met there.",
    "Visit example.com. ¦It is at 10.0.0.1:8080. ¦Ask @ann.lee or #tag.one about it.",
    "That was King George V. ¦He died in 1936. ¦Take vitamin C. ¦It helps.",
    "What is iOS? ¦iPhones run it. ¦eBay does not.",
  ])("%s", (marked) => {
    check("en", marked);
  });
});

describe("other languages of Latin letters", () => {
  it.each<[string, string]>([
    ["da", "Hun hedder Karen B. Lund. ¦Hvad hedder du?"],
    ["da", "Mødet er den 4. juni kl. 9 hos Holm & Co. ¦Det varer ca. to timer."],
    ["da", "Han sagde: 'Det er slut.' og gik. ¦Hvem var det?!"],
    ["da", "Jeg bor i E.U. ¦Hvor bor du?"],
    ["da", "Vi ses i dag.¦I morgen rejser jeg.¦Hr. Lund bliver."],
    ["de", "Er kam am 1. Mai, d. h. gestern, z. B. mit Fr. Dr. Weiß. ¦Sie blieb."],
    ["de", "„Komm jetzt“, sagte er und rief laut: „Und zwar gleich.“ ¦Sie kam nicht."],
    ["de", "Das Haus kostet 2.500.000 Euro. ¦Die Miete stieg um 0,3 %7. ¦Danach fiel sie."],
    ["de", "Friedrich II. von Preußen lebte im 18. Jahrhundert. ¦Und dann? ¦Der 3. Band fehlt."],
    ["de", "Man nehme Mehl, Eier usw. ¦Dann rühre man. ¦Es gibt u. a. Brot."],
    ["nl", "Zie bijv. blz. 12 van dhr. Bakker. ¦Afk. aanw. vnw."],
    ["nl", "Hij nam de (snelle)-trein naar huis. ¦90 procent van de reizigers stond."],
    ["sv", "Vi ses t.ex. kl. 8. ¦Kom inte för sent, dvs. efter 8."],
    ["no", "Vi møtes den 17. mai, f.eks. kl. 12.30. ¦Kommer du?"],
    ["fr", "Mme Petit et M. Roux sont arrivés à 8 h. ¦Où étiez-vous ? ¦« Chez moi ! » dit-il."],
    ["fr", "L'abbé J.-P. Roux cite l'art. 5 et l'an 52 av. J.-C. en passant. ¦J'aime l'art. ¦Et toi ?"],
    ["de", "Kaiser Wilhelm II. Er dankte ab. ¦Das XII. Regiment blieb.".replace("II. Er", "II. ¦Er")],
    ["sk", "Patril do XII. Pluku ochrancov."],
    ["fr", "Voir p. 12, art. 3 et fig. 4, etc. ¦Il pleut."],
    ["es", "¡Hola, señora! ¦¿Viene la Dra. Gil? ¦Sí, con el Lic. Mora y el Sr. D. Luis."],
    ["es", "¡El coche vale $12.300.500,00! ¦¡Qué caro! ¦Subirá un 7.5% este año."],
    ["es", "«Nadie es del todo cuerdo.», dijo el sabio. ¦Todos rieron."],
    ["es", "Vive en EE. UU. desde 1990. ¦Llegó el 5 de ene. a las 8 a. m. en punto."],
    ["it", "Buonasera Sig.ra Neri! ¦È arrivato l'Avv. Conti? ¦Sono l'Ing. Riva."],
    ["it", "La villa vale 90.500.000,00€! ¦Costa troppo."],
    ["pt", "O Dr. Melo chegou às 8h. ¦A Sra. Reis mora na av. Brasil, n.º 5. ¦Que bom!"],
    ["pl", "Prof. Lis mieszka przy ul. Polnej, np. od 5 r. ¦Ma m.in. psa."],
    ["pl", "Słowo bałt. to skrót."],
    ["cs", "Narozen 5. března 1960, tj. v pátek. ¦Bydlí tam např. bratr."],
    ["sk", "Firma Nova s. r. o. a Alfa a.s. sídlia tu, napr. od 3. mája 2019. ¦Teraz nie."],
    ["sk", "„Nič o tom neviem. A nechcem vedieť,“ povedal starosta."],
    ["tr", "Toplantı 5. katta, saat 9'da. ¦Dr. Kaya gelmedi. ¦Neden?"],
    ["fi", "Kokous on 5. kesäkuuta esim. kotona. ¦Tule esim. autolla."],
    ["hu", "Dr. Kiss pl. 5. emeleten lakik. ¦Ott van?"],
    ["ro", "Dl. Pop locuiește pe str. Mare nr. 5. ¦Unde ești?"],
  ])("%s: %s", (language, marked) => {
    check(language, marked);
  });
});

describe("other scripts", () => {
  it.each<[string, string]>([
    ["ru", "Объём равен 7 куб.м. ¦Это много."],
    ["ru", "Мальчик крикнул: «Где же мама?». ¦Никто не ответил."],
    ["ru", "Приехали 03.11.15, т.е. вовремя. ¦Л. Н. Толстой жил в с. Ясном."],
    ["uk", "Вони жили на вул. Довгій, буд. 5. ¦А ви?"],
    ["bg", "Това беше напр. вчера, обяви г-н Илиев. ¦Днес вали."],
    ["sr", "Дошао је 5. маја. ¦Где је др Петровић?"],
    ["kk", "Мысалы: м (метр), кг (килограмм), т. б. болады."],
    ["kk", "Ол кітап керек пе? — деді ағасы."],
    ["kk", "А. Құнанбаев пен М. О. Әуезов туралы, т.б. ақындар."],
    ["kk", "Елдің жағдайы туралы айтылды.¦XIX ғасырда бәрі өзгерді."],
    ["el", "Συγγνώμη· πού είναι ο σταθμός; ¦Δεν ξέρω. ¦το εισιτήριο κάνει £1.260,50."],
    ["hy", "Ի՞նչ ես անում: ¦Ոչինչ: ¦Գնում եմ տուն:"],
    ["hy", "Մայիսի 3-ին սկսեց ձյուն գալ...Այդպես էլ կար:"],
    ["ar", "قال د. سامي إن البيت بعيد. ¦هل تعرف الطريق؟ ¦لا!"],
    ["ar", "يبلغ الثمن 7.9 مليون، أي نحو 10.9 دولار، في 12/08/2014. ¦هذا كثير."],
    ["fa", "خوش آمدید، آقای رضا. ¦اهل کجا هستید؟ ¦من از شیراز هستم."],
    ["ur", "آپ کہاں ہیں؟ ¦میں گھر پر ہوں۔ ¦اچھا۔"],
    ["he", "שלום! ¦איפה ד\"ר כהן? ¦הוא בבית."],
    ["hi", "यह किताब मेरी है। ¦क्या तुम आओगे? ¦डॉ. वर्मा ५.५ किलोमीटर चले।"],
    ["hi", "उसने कहा, “मैं कल आऊँगा।” ¦फिर वह चला गया॥"],
    ["mr", "आज सुट्टी आहे. ¦ढग आले; पण पाऊस नाही. ¦वा, छान!"],
    ["bn", "আমি ভাত খাই। ¦তুমি কোথায়? ¦ভালো!"],
    ["ta", "நான் வீட்டில் இருக்கிறேன். ¦நீ எங்கே? ¦சரி!"],
    ["am", "ደህና ነህ፧¦ሰላም ነው።¦ቡና እፈልጋለሁ።"],
    ["my", "နေကောင်းလား။¦ကျေးဇူးတင်ပါတယ်။"],
    ["km", "សួស្តី។ ¦តើអ្នកសុខសប្បាយទេ?"],
    ["th", "สวัสดีครับ! ¦คุณสบายดีไหม? ¦ดีมาก"],
    ["ko", "집에 갔어요. ¦3.5킬로미터예요! ¦정말요?"],
    ["ja", "これは本です。¦あれは何ですか？¦鉛筆ですか？¦すごい！"],
    ["ja", "会長は、「下げ幅は２．３％以上になる」と述べていて、来月に決める。¦２％台に戻した。"],
    ["ja", "「もう行くよ。」と兄は言った。¦「待って！」と叫んだ。¦静かだ。"],
    ["ja", "“何年も前からずっと待っていた”¦次の発表は来週の予定です。"],
    ["ja", "「長いあいだ探していた」という本を読んだ。¦「夜の長い坂道をのぼる」は名作だ。"],
    ["ja", "旅行がとても楽しみです♪¦次は京都です。"],
    ["ja", "これは母の\n車です。"],
    ["ja", "版は1.2.3です。¦URLはhttps://example.jp/a.htmlです。¦以上!"],
    ["ja", "① 水\n¦② 米\n¦③ 塩"],
    ["zh", "他住在3.5公里外。¦你呢？¦我不知道……¦算了！".replace("……¦", "……")],
    ["zh", "“走吧！”他说。¦没人动。¦（其实不然。）¦于是散了。".replace("¦（", "¦（")],
    ["zh", "我們看《等一下！媽媽》好嗎？¦好！"],
    ["zh", "安先生已到東京，協助辦理手續。¦他來自台中；去年9月加入。"],
    ["zh", "价格为￥1,299.00元。¦邮箱是a.b@example.cn。¦谢谢。"],
  ])("%s: %s", (language, marked) => {
    check(language, marked);
  });
});

describe("markup", () => {
  it.each([
    "<speak>Hello <break time=\"1.5s\"/> there. ¦How are you?</speak>",
    "<p>One sentence.</p> ¦<p>Another one.</p>",
    "Say <say-as interpret-as=\"date\">1.2.2024</say-as> twice. ¦Then <emphasis>stop.</emphasis> ¦Now.",
    "# Heading ¦\n\nSome **bold text.** ¦And _more._ ¦See [the page](https://example.com/a.b). ¦Bye.".replace(" ¦\n", "\n¦"),
    "- first item\n¦- second item. ¦With two sentences.\n¦- third",
    "1. Mix.\n¦2. Bake at 180.5 degrees.\n¦   a. Cool it.\n¦   b. Eat.",
    "| a. b | c |\n¦| --- | --- |\n¦| 1.5 | x |",
    "Run `npm i a.b`. ¦Then:\n¦```sh\nls . && echo done. Really.\n```\n¦Finished.",
    "> Quoted. ¦Twice.\n¦\nPlain.",
    "If x < 3. ¦Then y > 2 && z <= 4. ¦Done.",
    "See[1]. ¦It was said before.[2, 3] ¦Nobody listened.",
    "Title\n¦=====\n¦Text goes here.".replace("\n¦=====", "\n¦====="),
  ])("%j", (marked) => {
    check("en", marked);
  });
});
