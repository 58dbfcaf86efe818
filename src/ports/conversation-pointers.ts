/** Says which conversation a place without threads is at. `store_unavailable` when the store cannot be reached. */

export interface ConversationPointers {
  /**
   * The key of the place's current conversation, to which a question of this time belongs: the one that stands unless the place was silent for longer before it;
   * then, and the first time, the candidate. Safe under any number of callers at once: with the same times all of them get the same key.
   *
   * @param question.silenceMs 0 begins anew with every question that is later than all before.
   */
  currentConversation(
    place: string,
    question: { readonly candidate: string; readonly at: Date; readonly silenceMs: number },
  ): Promise<string>;
  /** Places whose name begins so and that were asked in since then, the newest first, at most `most`. */
  recentPlaces(options: {
    readonly prefix: string;
    readonly since: Date;
    readonly most: number;
  }): Promise<readonly string[]>;
}
