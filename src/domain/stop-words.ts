/** Words that say nothing about a text's subject and are left out of search: question words, function words, polite fillers. */

/** Lower case; the halves that are left of contractions (`don`, `isn`) included. */
export const stopWords: ReadonlySet<string> = new Set(
  (
    'a about after again all also am an and any are aren as at be because been before being between both but by ' +
    'can cannot could couldn did didn do does doesn doing don during each either for from further had hadn has hasn have haven having ' +
    'he her here hers him his how i if in into is isn it its just let me more most must my no nor not of off on once only or other our ours ' +
    'out over own please same shall she should shouldn so some such than that the their theirs them then there these they this those through to too ' +
    'under until up us very was wasn we were weren what when where which while who whom whose why will with won would wouldn you your yours ' +
    '的 了 是 在 我 我们 你 您 和 与 吗 呢 吧 啊 就 都 也 请 请问 什么 怎么 怎样 如何 为什么 哪 哪里 哪个 哪些 谁 ' +
    'は が を に で と も の へ や か から まで です ます でした ました する して した いる ある この その どう なぜ 何 どこ だれ いつ'
  ).split(' '),
);
