/** Private texts and secrets that can be recognised wherever a piece of them turns up. */

/** A text with its mark at both ends, and what escaping changes in between. */
const privateText = (mark: string, text: string): string =>
  `${mark} ${text} ("über" & <b>\n${mark}`;

const privateTexts = {
  question: privateText('Quokkaquestion', 'asks who earns more than they do'),
  title: 'Dugongtitle of the secret page',
  heading: 'Numbatheading of the secret part',
  document: privateText('Wombatdocument', 'keeps the secret rule'),
  answer: privateText('Axolotlanswer', 'tells the secret'),
  earlierQuestion: privateText('Narwhalearlier', 'was asked before'),
  earlierAnswer: privateText('Pangolinearlier', 'was answered before'),
  /** What a vendor says in an error besides what it echoes. */
  vendor: privateText('Okapivendor', 'explains its failure at line 7'),
  /** As somebody is called, of 32 characters at most. */
  person: 'Pademelonperson the Second',
};

const secrets = {
  slackBotToken: 'xoxb-4711-kakapobottoken',
  slackSigningSecret: 'ocelotsigningsecret0815',
  discordToken: 'MTA0NzEx.G0815.ibexgatewaytoken',
  /** Answers one command, for whoever has it. */
  interactionToken: 'aW50-marmotinteraction0815',
  openAiKey: 'sk-proj-tapirmodelkey0815',
  apiKey: 'capybarafootnotekey0815',
  mongoPassword: 'lemurmongopassword',
  redisPassword: 'gibbonredispassword',
};

export const canaries = { ...privateTexts, ...secrets } as const;
export type Canary = keyof typeof canaries;

/** All of them in one text, as the worst vendor would put it into a message. */
export const everything: string = Object.values(canaries).join(' | ');

/** JSON.parse quotes ten characters of what it can't read: a mark must fit. */
const markLengthChars = 9;

/** The part that is looked for: the beginning of the first word, of a secret that of its longest run of letters. */
const markOf = (text: string): string =>
  (text.split(/\s/)[0] ?? '')
    .split(/[^a-z]+/i)
    .reduce((longest, run) => (run.length > longest.length ? run : longest), '')
    .slice(0, markLengthChars);

/** How the mark looks inside the Base64 of a longer text, at each of the three places that it can begin. */
const base64Of = (mark: string): readonly string[] =>
  [0, 1, 2].map((before) => {
    const encoded = Buffer.from(' '.repeat(before) + mark).toString('base64');
    const sure = Math.floor(((before + mark.length) * 8) / 6);
    return encoded.slice(Math.ceil((before * 8) / 6), sure);
  });

const marks = Object.entries(canaries).map(([canary, text]) => {
  const mark = markOf(text);
  return {
    canary: canary as Canary,
    folded: [mark.toLowerCase(), Buffer.from(mark).toString('hex')],
    exact: base64Of(mark),
  };
});

/** Which canaries a text holds: whole or in part, in any case, escaped, in Base64 or in hex. */
export const canariesIn = (text: string): readonly Canary[] => {
  const folded = text.toLowerCase();
  return marks
    .filter(
      (mark) =>
        mark.folded.some((form) => folded.includes(form)) ||
        mark.exact.some((form) => text.includes(form)),
    )
    .map(({ canary }) => canary);
};
