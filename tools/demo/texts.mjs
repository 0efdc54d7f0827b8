// What the demo says. Both texts were written for it.

export const english = `The radio at the end of the pier

Every evening at half past six, when the last ferry has left, Marta Quill climbs the ninety-two steps to the old signal room and switches on the radio. The set is older than she is. It hums for a while, as if it were clearing its throat, and then it speaks: a gale warning for the northern bays, the height of the tide, a list of ships that are expected before morning.

"Nobody needs you for that any more," says her brother, who carries the whole forecast around in his pocket. He is right, of course. The fishermen have their telephones, and the harbour has a screen as wide as a barn door. Still, at twenty to seven, Marta leans towards the microphone and reads the forecast aloud, slowly, the way her grandfather did.

Who listens? She has often wondered. There is Dr. Hale, who is eighty-four and cannot see the screen. There is the night baker in Rope Street, because his hands are always in the dough. There is a girl of seven who should be asleep by then, and who knows the names of all the lighthouses by heart. And once, in the winter of 1998, there was a yacht with 3 people on board, no lights, and a receiver that could hear but not answer. They followed her voice for two hours and ten minutes, past the Sisters, past the sandbank, into the quiet water behind the wall.

She did not know it at the time; she simply kept on reading. When the list came to an end, she began again at the top, because the wind was loud and it seemed unfriendly to stop.

That is the strange thing about a voice, she says. A page waits for you. A screen waits for you. But a voice is only ever there while somebody is speaking, one word after the other, and so you lean in, and you stay, to hear how the sentence ends.`;

export const arabic = `في الصباح الباكر يفتح بائع الكتب دكانه الصغير قرب الميناء، ويرتب على الرف الأول قصص البحارة والمسافرين. يمر به الأطفال في طريقهم إلى المدرسة، فيقرأ لهم صفحة واحدة ثم يغلق الكتاب. يقول لهم: من أراد أن يعرف النهاية فليأت غدا! وهكذا تعود الأطفال أن يأتوا كل يوم، وتعودت الحكايات أن تنتظرهم. هل هناك مدينة أجمل من مدينة تنتظر فيها الكتب من يقرؤها؟`;
