package io.github.palimpsest.serve;

import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.Generator;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.inference.Inference;
import io.github.palimpsest.llm.chat.ChatTemplate;
import io.github.palimpsest.llm.chat.ChatTemplates;
import io.github.palimpsest.llm.format.Chat;
import io.github.palimpsest.llm.format.ChatMessage;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.score.TokenLogProbabilities;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.llm.text.TokenizerConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A model that is ready to answer. Each has a copy of all weights in memory. */
public final class ServedModel implements AutoCloseable {
  private final String name;
  private final int positions;
  private final int vocabulary;
  private final TextTokenizer tokenizer;
  private final Set<Integer> ends;
  private final Optional<ChatTemplate> template;
  private final Optional<String> templateSource;
  private final Map<String, String> tokens;
  private final Generator generator;
  private final TokenLogProbabilities scores;

  /**
   * @param name what requests call it
   * @param directory the model's folder
   * @param weights its weights, with an adapter merged in if there is one
   * @param device the device to run on
   */
  public ServedModel(
      String name, HuggingFaceDirectory directory, WeightSnapshot weights, Device device) {
    this.name = name;
    positions = directory.model().spec().positions();
    vocabulary = directory.model().spec().vocabulary();
    Optional<ChatTemplates> templates = directory.chatTemplates();
    template = templates.map(t -> t.get(Chat.DEFAULT_TEMPLATE, Chat.DEFAULT_DATE));
    templateSource =
        templates.flatMap(t -> Optional.ofNullable(t.sources().get(Chat.DEFAULT_TEMPLATE)));
    tokens = TokenizerConfig.tokens(directory.folder());
    ends = new HashSet<>(directory.endTokens());
    tokenizer = directory.tokenizer();
    // a model of plain texts continues with the beginning of another text
    tokenizer.eos().ifPresent(ends::add);
    tokenizer.bos().ifPresent(ends::add);
    Inference inference = new Inference(directory.model().parameters(), weights, device);
    scores = new TokenLogProbabilities(directory.model(), inference);
    generator = new Generator(directory.model(), inference);
  }

  /** What requests call it. */
  public String name() {
    return name;
  }

  /** The most tokens of a prompt and its answer. */
  int positions() {
    return positions;
  }

  int vocabulary() {
    return vocabulary;
  }

  TextTokenizer tokenizer() {
    return tokenizer;
  }

  boolean ends(int token) {
    return ends.contains(token);
  }

  Generator generator() {
    return generator;
  }

  TokenLogProbabilities scores() {
    return scores;
  }

  /** The text of a special token, such as {@code eos_token}. */
  Optional<String> token(String key) {
    return Optional.ofNullable(tokens.get(key));
  }

  Optional<String> templateSource() {
    return templateSource;
  }

  /** What to know before chatting with the model; empty if it has a chat template. */
  public Optional<String> notice() {
    return template.isPresent()
        ? Optional.empty()
        : Optional.of(
            "model '"
                + name
                + "' has no chat template: chats are put to it as lines 'System: ', 'User: ' and"
                + " 'Assistant:', as it is trained on them without a template");
  }

  /** The tokens of a conversation with the beginning of the answer; with labels if no template. */
  int[] ids(List<ChatMessage> messages) {
    return template
        .map(t -> tokenizer.encode(t.render(messages, true).text()))
        .orElseGet(() -> tokenizer.prompt(Chat.prompt(messages)));
  }

  @Override
  public void close() {
    generator.close();
    tokenizer.close();
  }
}
