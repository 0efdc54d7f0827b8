import type { LanguageData } from "../language-data.ts";

/** Languages of the south-east of Asia in Latin letters. */
export const southEastAsian: Readonly<Record<string, LanguageData>> = {
  vi: {
    title: "tp ts gs ths th.s pgs bs ks ls q p tx tt gs.ts pgs.ts ts.bs",
    number: "tr đ",
    closing: "v.v",
    starters: "tôi bạn anh chị em ông bà cô nó họ chúng đây đó một các những và nhưng nếu khi vì ở trong trên với để cho từ có không cũng đã đang sẽ rồi hôm ngày sau trước theo",
  },
  id: {
    title: "jl bpk sdr sdri tn ny nn dr ir drs dra prof hj kec kab",
    number: "no hlm hal",
    never: "a.n d.a u.p s.d",
    closing: "dll dsb dst",
    starters: "saya aku anda kamu dia ia kami kita mereka ini itu yang dan atau tetapi namun jika kalau ketika karena di ke dari pada untuk dengan dalam tidak ada adalah akan sudah telah juga setelah sebelum",
  },
  ms: {
    title: "en pn tn cik sdr sdri dr ir prof hj hjh jln lrg kg",
    number: "no hlm ms",
    never: "a.n d.a u.p",
    closing: "dll dsb dst",
    starters: "saya aku anda kamu awak dia ia kami kita mereka ini itu yang dan atau tetapi namun jika kalau apabila kerana di ke dari pada untuk dengan dalam tidak ada ialah adalah akan sudah telah juga selepas sebelum",
  },
};
