package io.github.palimpsest.experiment.file;

import io.github.palimpsest.classifier.ClassStream.Scenario;
import io.github.palimpsest.classifier.ClassifierShape.Network;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A classifier that an experiment makes: each seed draws its own weights.
 *
 * @param network the network
 * @param scenario what is known of an example
 * @param width the width of an embedding and of each hidden state
 * @param layers the number of hidden layers, or of attention layers
 * @param heads the attention heads of a layer
 * @param words the largest number of words in a vocabulary of the training data
 * @param tokenizer a folder with a tokenizer to use instead of such a vocabulary
 * @param place where it stands in the experiment file
 */
public record FreshClassifier(
    Network network,
    Scenario scenario,
    int width,
    int layers,
    int heads,
    int words,
    Optional<WrittenPath> tokenizer,
    Place place) {
  private static final int WIDTH = 64;
  private static final int WORDS = 8000;
  private static final String NETWORK = "classifier";
  private static final String SCENARIO = "scenario";
  private static final String HEADS = "heads";
  private static final String VOCABULARY = "vocabulary";
  private static final String TOKENIZER = "tokenizer";

  /** The keys of the mapping. */
  static final Form.Section SECTION =
      new Form.Section(
          List.of(
              Form.Key.required(NETWORK, word(Network.class), "the network").example("mlp"),
              Form.Key.of(
                      SCENARIO,
                      word(Scenario.class),
                      "whether an example may have any class, or its task is known; default:"
                          + " class-incremental")
                  .example("task-incremental"),
              Form.Key.of(
                      "width",
                      new Form.Whole(1, 1 << 14),
                      "width of an embedding and of each hidden state; default: 64")
                  .example("128"),
              Form.Key.of(
                      "layers",
                      new Form.Whole(0, 100),
                      "hidden layers, or attention layers; default: 1 for an mlp, 2 for an encoder")
                  .example("2"),
              Form.Key.of(
                      HEADS,
                      new Form.Whole(1, 1 << 10),
                      "attention heads of an encoder's layer; default: 4")
                  .example("8"),
              Form.Key.of(
                      VOCABULARY,
                      new Form.Whole(1, 1 << 23),
                      "at most this number of words, the most frequent of the training data; default:"
                          + " 8000")
                  .example("4000"),
              Form.Key.of(
                      TOKENIZER,
                      new Form.Text(),
                      "a folder with tokenizer.json, instead of a vocabulary of words")
                  .example("../models/SmolLM2-135M")));

  private static <E extends Enum<E>> Form.Word word(Class<E> type) {
    return new Form.Word(Arrays.stream(type.getEnumConstants()).map(Enum::toString).toList());
  }

  /** Reads a checked mapping. */
  static FreshClassifier of(YamlMap m) {
    Network network = m.required(NETWORK).choice(Network.class);
    if (m.has(HEADS) && network == Network.MLP) {
      throw m.place(HEADS).error("an mlp has no attention, so no '" + HEADS + "'");
    }
    if (m.has(VOCABULARY) && m.has(TOKENIZER)) {
      throw m.place(VOCABULARY)
          .error("either '" + VOCABULARY + "' counts words or '" + TOKENIZER + "' splits them");
    }
    return new FreshClassifier(
        network,
        m.scalar(SCENARIO).map(v -> v.choice(Scenario.class)).orElse(Scenario.CLASS_INCREMENTAL),
        count(m, "width", WIDTH),
        count(m, "layers", network == Network.MLP ? 1 : 2),
        count(m, HEADS, 4),
        count(m, VOCABULARY, WORDS),
        m.scalar(TOKENIZER).map(YamlScalar::path),
        m.place());
  }

  private static int count(YamlMap m, String key, int without) {
    return m.scalar(key).map(v -> (int) v.integer(0, Integer.MAX_VALUE)).orElse(without);
  }

  /** What results depend on, except the content of a tokenizer. */
  public String identity() {
    return "%s classifier, %s, width %d, %d layers, %d heads, %s"
        .formatted(
            network,
            scenario,
            width,
            layers,
            heads,
            tokenizer.isPresent() ? "tokenizer" : "at most " + words + " words");
  }
}
