/** Makes the text of a document, a thread or a file harmless inside a prompt: it may hold anything that somebody wrote. */

/** What would look like a citation, in every form that `repairCitations` accepts. */
const forgedCitation =
  /([[(【（][ \t]*(?:ID|ref))(?:[ \t]{0,3}[:：])?[ \t]{0,3}(?=\d{1,3}(?!\d))/gi;
/** What would look like the head of a passage. */
const forgedHead = /^([ \t]*ID)[ \t]{0,3}[:：][ \t]*(?=\d+[ \t]*$)/gim;
/** Tags that the pipeline or a model's chat template reads. */
const readTag = /<(?=\/?(?:think|passage|quoted_thread|quoted_file)\b|\|)/gi;

/** `[ID:3]` becomes `[ID-3]`, `<think>` becomes `‹think>`; everything else stays. Applying it twice changes nothing more. */
export const neutralisePassage = (text: string): string =>
  text.replace(forgedCitation, '$1-').replace(forgedHead, '$1-').replace(readTag, '‹');
