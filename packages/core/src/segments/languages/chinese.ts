import type { ChineseData } from "../unspaced-language-data.ts";

/** Simplified and traditional characters stand beside each other. */
export const chinese: ChineseData = {
  saying: "说問问喊叫答想曰說嚷吼",
  reporting: "表示 指出 认为 認為 解释 解釋 回应 回應 强调 強調 补充 補充 承认 承認 感叹 感嘆 嘀咕",
  sayingBehind: { verb: "道", before: "说說问問喊叫答笑骂罵吼嚷应應叹嘆赞讚怒惊驚他她我你您" },
  aspects: "着著了过過",
  negations: "没沒不无無未",
  introducing: "说說道问問喊叫答曰称稱嚷吼",
  linking: "是为為仍成",
  continuations: [
    { first: "的", unless: "确確士" },
    { first: "之", unless: "后後前所间間" },
    { first: "地", second: "一" },
    { first: "这這那一", isAfterMark: true, second: "个個一样樣种種句类類话話两兩几幾首些词詞语語文书書曲歌片剧劇诗詩节節章案说說声聲" },
    { first: "等", isAfterMark: true, second: "等口标標词詞语語字话話类類问問" },
    { first: "和与與及或跟", isAfterMark: true, isBeforeQuote: true },
  ],
  foreignNames: {
    ends: "斯特德克尔爾拉尼亚亞娜丽麗莎恩森顿頓安翰里利兰蘭姆伯格哈普奇夫可芬文因达達罗羅洛塞西索图圖维維沃乌烏雷莱萊蒂托多诺諾娅婭琳玛瑪曼密米基吉杰傑逊遜登丹迪森思士赛賽茨兹茲弗布巴本伦倫林",
    starts: "阿艾爱愛埃安奥奧巴鲍鮑贝貝本比彼波伯勃博布查乔喬达達戴丹道德迪杜多厄恩法费費菲佛弗福戈格古哈海汉漢赫亨胡华華怀懷霍基吉加贾賈杰傑金卡凯凱康考科克库庫拉莱萊兰蘭劳勞勒雷李里理利列林卢盧鲁魯路伦倫罗羅洛马馬玛瑪麦麥曼梅蒙米密莫默穆内內纳納尼诺諾欧歐帕佩皮珀普齐齊奇切琼瓊让讓萨薩赛賽桑瑟莎沙舍圣聖史施斯司苏蘇索塔泰汤湯唐特蒂提图圖托瓦韦韋威维維温溫沃乌烏伍西希席夏肖谢謝辛休雪雅亚亞扬揚耶叶葉伊以尤约約泽澤扎詹朱佐",
  },
  leaning: "的了吗呢吧们着过地得嘛啊呀儿",
};
