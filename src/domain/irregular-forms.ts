/** English words whose forms no suffix rule brings together, and numbers in words: `paid` finds `pay`, `eight` finds `8`. */

/** Base form, then the forms that mean it. Only forms that are hardly ever another word (so `left`, `found` and `saw` are not here). */
const families =
  'child children|person people|man men|woman women|foot feet|tooth teeth|mouse mice|datum data|criterion criteria|day daily|week weekly|month monthly|year yearly|' +
  'arise arose arisen|awake awoke awoken|become became|begin began begun|bend bent|bid bade bidden|bind bound|bite bit bitten|blow blew blown|break broke broken|' +
  'bring brought|build built|burn burnt|buy bought|catch caught|choose chose chosen|come came|creep crept|deal dealt|die died dying|draw drew drawn|drink drank drunk|' +
  'drive drove driven|eat ate eaten|fall fell fallen|feed fed|feel felt|fight fought|fly flew flown|forbid forbade forbidden|forget forgot forgotten|freeze froze frozen|' +
  'get got gotten|give gave given|go went gone|grow grew grown|hang hung|hear heard|hide hid hidden|hold held|keep kept|know knew known|lay laid|lead led|learn learnt|' +
  'lend lent|lose lost|make made|mean meant|meet met|pay paid|ride rode ridden|ring rang rung|rise rose risen|run ran|say said|seek sought|sell sold|send sent|' +
  'shake shook shaken|shoot shot|show shown|shrink shrank shrunk|sing sang sung|sink sank sunk|sit sat|sleep slept|slide slid|speak spoke spoken|spend spent|' +
  'stand stood|steal stole stolen|stick stuck|strike struck|swear swore sworn|swim swam swum|take took taken|teach taught|tear tore torn|tell told|think thought|' +
  'throw threw thrown|understand understood|wake woke woken|wear wore worn|win won|withdraw withdrew withdrawn|write wrote written|' +
  '0 zero|1 one|2 two|3 three|4 four|5 five|6 six|7 seven|8 eight|9 nine|10 ten|11 eleven|12 twelve|13 thirteen|14 fourteen|15 fifteen|16 sixteen|17 seventeen|18 eighteen|' +
  '19 nineteen|20 twenty|30 thirty|40 forty|50 fifty|60 sixty|70 seventy|80 eighty|90 ninety|100 hundred|1000 thousand';

/** From a form to its base form, lower case. */
export const irregularForms: ReadonlyMap<string, string> = new Map(
  families.split('|').flatMap((family) => {
    const [base = '', ...forms] = family.split(' ');
    return forms.map((form) => [form, base] as const);
  }),
);
