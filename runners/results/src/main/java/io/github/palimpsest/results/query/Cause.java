package io.github.palimpsest.results.query;

import java.util.Set;

/**
 * Something that differs between two cells and can make their results differ.
 *
 * @param layer how deep it lies
 * @param what its name, for example {@code optimizer.rho}
 * @param a its value for the one
 * @param b its value for the other
 */
public record Cause(Layer layer, String what, String a, String b) {
  /** What of a task's data set says how it is scored, not how it is trained. */
  public static final Set<String> SCORING_INPUTS =
      Set.of(
          "measure",
          "measure-code",
          "max-new-tokens",
          "test",
          "test-filter",
          "test-limit",
          "test-examples");

  /** How deep a cause lies: what comes first is what the later ones act on. */
  public enum Layer {
    /** The content of data files, and how they are read. */
    DATA("data"),
    /** The pretrained weights, configuration and tokenizer. */
    MODEL("model"),
    /** Where every random stream begins. */
    SEED("seed"),
    /** Steps, batch, clipping and the like. */
    TRAINING("training"),
    /** Components and their settings. */
    RECIPE("recipe"),
    /** The JARs that the components come from. */
    PLUGIN("plugin"),
    /** The code that trains: its own JARs, and TensorFlow. */
    CODE("code"),
    /** How weights are scored; no part of their training. */
    SCORING("scoring"),
    /** What no result should depend on. */
    MACHINE("machine");

    private final String word;

    Layer(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }

    /** The layer of what all cells of an experiment share, by its name there. */
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
