import { unitAt, type ScanState } from "./scan-state.ts";

/** Han characters that write the sounds of foreign names, in both scripts: those that a part of a name often ends with, and begins with. */
const nameEnds = "斯特德克尔爾拉尼亚亞娜丽麗莎恩森顿頓安翰里利兰蘭姆伯格哈普奇夫可芬文因达達罗羅洛塞西索图圖维維沃乌烏雷莱萊蒂托多诺諾娅婭琳玛瑪曼密米基吉杰傑逊遜登丹迪森思士赛賽茨兹茲弗布巴本伦倫林";
const nameStarts = "阿艾爱愛埃安奥奧巴鲍鮑贝貝本比彼波伯勃博布查乔喬达達戴丹道德迪杜多厄恩法费費菲佛弗福戈格古哈海汉漢赫亨胡华華怀懷霍基吉加贾賈杰傑金卡凯凱康考科克库庫拉莱萊兰蘭劳勞勒雷李里理利列林卢盧鲁魯路伦倫罗羅洛马馬玛瑪麦麥曼梅蒙米密莫默穆内內纳納尼诺諾欧歐帕佩皮珀普齐齊奇切琼瓊让讓萨薩赛賽桑瑟莎沙舍圣聖史施斯司苏蘇索塔泰汤湯唐特蒂提图圖托瓦韦韋威维維温溫沃乌烏伍西希席夏肖谢謝辛休雪雅亚亞扬揚耶叶葉伊以尤约約泽澤扎詹朱佐";

/** Whether a full stop between two Han characters is the dot between the parts of a foreign name (`史蒂芬．史密斯`). */
export function isNameDot(state: ScanState, offset: number): boolean {
  const before = unitAt(state, offset - 1);
  const after = unitAt(state, offset + 1);
  if (before < 0x3400 || after < 0x3400) return false;
  return nameEnds.includes(String.fromCharCode(before)) && nameStarts.includes(String.fromCharCode(after));
}
