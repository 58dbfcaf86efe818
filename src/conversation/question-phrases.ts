/** How people begin a question, in the languages that most teams write: fragments of regular expressions, each of whole words. */

/** A first word that asks. Words that also begin statements (`when I was`, `como`, `wenn`) stand only with what makes them ask. */
export const interrogatives: readonly string[] = [
  // English
  'how (?:do|does|did|can|could|should|would|is|are|many|much|long|often|far|big|old|soon|to)',
  "what(?:['’]s| (?:is|are|was|were|do|does|did|can|should|would|happens|kind|time|version|if))",
  "where(?:['’]s| (?:is|are|was|were|do|does|did|can|could|should|would))",
  "who(?:['’]s| (?:is|are|was|were|do|does|did|can|could|should|would|has|knows|owns))",
  'when (?:is|are|was|were|does|did|will|should|do (?:i|we|you|they))',
  "why (?:is|are|was|were|do|does|did|can|can['’]t|doesn['’]t|isn['’]t|would|should)",
  '(?:which|whose) \\p{L}+',
  // German
  'wie (?:viele?|lange|oft|kann|können|geht|mache?n?|komme?n?|heißt|funktioniert|bekomme?n?|beantrage?n?)',
  'was (?:ist|sind|bedeutet|kostet|passiert|muss|müssen|soll|sollen|mache)',
  'wo (?:ist|sind|finde|finden|kann|können|gibt|liegt|steht)',
  'wer (?:ist|kann|hat|weiß|kennt|darf)',
  'wann (?:ist|sind|wird|muss|müssen|kommt|gibt)',
  'warum (?:ist|sind|kann|geht|wird|muss)',
  'welche[rsmn]? \\p{L}+',
  // French
  'comment (?:faire|puis|peut|fait|on|je|ça|se)',
  'combien (?:de|coûte)',
  'où (?:est|sont|se|puis|peut|trouver)',
  'pourquoi (?:est|les?|la|on|je)',
  'quel(?:le)?s? (?:est|sont)',
  'qui (?:est|peut|sait|connaît)',
  "(?:est-ce que|qu['’]est-ce)",
  // Spanish
  'cómo (?:puedo|se|hago|podemos|hacer)',
  'cuánt[oa]s? \\p{L}+',
  'dónde (?:está|están|puedo|se)',
  'por qué (?:no|es|se)',
  'cuál(?:es)? (?:es|son)',
  'quién (?:es|sabe|puede)',
  // Portuguese
  'como (?:faço|posso)',
  'quant[oa]s? \\p{L}+ (?:tenho|temos|posso)',
  'onde (?:está|fica|posso|encontro)',
  // Italian
  'come (?:posso|si fa|faccio)',
  'dove (?:è|sono|posso|trovo)',
  'perché (?:non|è|si)',
  'quant[iae] \\p{L}+ (?:ho|abbiamo)',
];

/** A verb before its subject. */
export const inversions: readonly string[] = [
  "(?:is|are|was|were|do|does|did|has|have|can|could|should|would|will|may|must)(?:n['’]t)? " +
    '(?:i|we|you|they|he|she|it|this|that|these|those|there|the|our|my|your|anyone|anybody|someone|somebody|any|an?)',
  '(?:kann|können|darf|dürfen|muss|müssen|soll|sollen|gibt|ist|sind|hat|haben) ' +
    '(?:ich|wir|man|jemand|es|das|die|der|den|eine?r?|irgendwer)',
];

/** Where somebody asks everybody, anywhere in a sentence. */
export const callsToAnybody: readonly string[] = [
  '(?:anyone|anybody|someone|somebody|any of you)(?: here| else)? ' +
    '(?:know|knows|have|has|got|tried|seen|used|explain|tell|point|remember|remind|help|aware|share)',
  '(?:could|can) you (?:tell|explain|show|point|remind)',
  "i(?: am|['’]m| was) wondering",
  'i wonder (?:how|what|where|who|when|why|whether|if|which)',
  '(?:weiß|weiss|kennt|hat|kann) (?:hier )?(?:jemand|wer)',
  "(?:quelqu['’]un|qqn) (?:sait|connaît|a|peut)",
  'alguien (?:sabe|tiene|conoce|puede)',
  'alguém (?:sabe|tem|conhece|pode)',
  'qualcuno (?:sa|ha|conosce|può)',
];

/** What people say before they ask. */
export const openings: readonly string[] = [
  'hi|hey|hello|dear|sorry|excuse me|ok|okay|so|and|but|also|please|quick question|question',
  'good (?:morning|afternoon|evening)|all|team|folks|everyone|everybody|guys|there',
  'hallo|moin|guten (?:morgen|tag)|frage|bitte|zusammen',
  'bonjour|salut|à tous|hola|buenos días|pregunta|a todos|olá|pergunta|ciao|domanda',
];

/** Beginnings of questions that ask for nothing that documents hold. */
export const courtesies: readonly string[] = [
  "how are (?:you|we|things)|how['’]?s it going|how is (?:it|everyone|everybody)|what['’]?s up",
  '(?:are )?you (?:ok|okay|there|around|serious|kidding)|can you believe|guess what|you know what',
  "who['’]?s in|anyone (?:up )?for|who wants|wer kommt mit",
  'wie geht|ça va|¿?qué tal|tudo bem|come va',
];

/** What turns a statement into a plea for assent. */
export const tags: readonly string[] = [
  "right|ok|okay|no|eh|huh|isn['’]t it|aren['’]t (?:you|we|they)|don['’]t you|won['’]t you",
  'oder|nicht wahr|non|verdad|né|vero',
];
