package io.github.palimpsest.results.query;

import java.util.Set;

/**
 * A difference between two cells that can make their results differ.
 *
 * @param layer its depth
 * @param what its name, for example {@code optimizer.rho}
 * @param a its value for the one
 * @param b its value for the other
 */
public record Cause(Layer layer, String what, String a, String b) {
  /** Properties of a task's data set that affect its scores and not its training. */
  public static final Set<String> SCORING_INPUTS =
      Set.of(
          "measure",
          "measure-code",
          "max-new-tokens",
          "test",
          "test-filter",
          "test-limit",
          "test-examples");

  /** The depth of a cause: earlier ones affect later ones. */
  public enum Layer {
    /** The content of data files, and the way they are read. */
    DATA("data"),
    /** The pretrained weights, configuration and tokenizer. */
    MODEL("model"),
    /** The seed of all random streams. */
    SEED("seed"),
    /** Steps, batch, clipping and the like. */
    TRAINING("training"),
    /** Components and their settings. */
    RECIPE("recipe"),
    /** The JARs that the components come from. */
    PLUGIN("plugin"),
    /** The code that trains: its own JARs, and TensorFlow. */
    CODE("code"),
    /** The scoring of weights, which is not part of their training. */
    SCORING("scoring"),
    /** Properties on which no result should depend, or its last digits alone. */
    MACHINE("machine");

    private final String word;

    Layer(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }

    /** The layer of a value that all cells of an experiment share, by its name there. */
    public static Layer of(String input) {
      String last = input.substring(input.lastIndexOf('.') + 1);
      if (input.startsWith("evaluation") || SCORING_INPUTS.contains(last)) {
        return SCORING;
      }
      if (input.startsWith("task.")) {
        return DATA;
      }
      return input.equals("model") ? MODEL : input.startsWith("training.") ? TRAINING : CODE;
    }
  }
}
