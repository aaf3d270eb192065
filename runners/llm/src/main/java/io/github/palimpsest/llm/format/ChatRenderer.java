package io.github.palimpsest.llm.format;

import io.github.palimpsest.api.data.TextExample;
import java.util.List;

/** Writes chats in the form that a model was trained on. */
public interface ChatRenderer {
  /**
   * The example of a chat.
   *
   * @param messages with at least one of the assistant
   * @throws io.github.palimpsest.api.PalimpsestException if the model's template refuses the chat,
   *     or its answers cannot be told from the rest of the text
   */
  TextExample example(List<ChatMessage> messages);
}
