/** A long answer as a model writes one: sections, lists, tables, code, Chinese and Japanese, citations. */

const section = (n: number): string => `## Section ${n}

You have ${n} days of leave & more <each> year [ID:0]. 退款需要五天。请联系支持！然后再等三天；最后完成申请 [ID:1]。ページを再読み込みしてください。

- first item with **bold** and \`code\`
- second item with [a link](https://h.example/guide?a=1&b=2#part-${n})
  - nested, 👩🏽‍🚀 and 👨‍👩‍👧‍👦

| name | days | 说明 |
| --- | ---: | --- |
${Array.from({ length: 6 + (n % 9) }, (_, row) => `| row ${row} of ${n} | ${row * n} | 说明文字 ${row} |`).join('\n')}

1. Run this:

   \`\`\`ts title="step-${n}.ts"
${Array.from({ length: 3 + (n % 40) }, (_, line) => `   const value${line} = compute(${line}, { a: '<b>' && ${n} });`).join('\n')}
   \`\`\`

2. Then that, שלום עולם.

~~~
plain ${'text '.repeat(n % 60)}
~~~
`;

/** At least so many characters, and at most a section more. */
export const answerOf = (lengthChars: number): string => {
  let text = '';
  for (let n = 1; text.length < lengthChars; n += 1) text += `${section(n)}\n`;
  return text.trimEnd();
};
