package io.github.palimpsest.results.folder;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What training and evaluation data have in common, as a result has it. Where the examples stand is
 * no part of it, so that a result is the same in any folder.
 *
 * @param evaluatedAndTrained sets with examples that are both evaluated and trained on
 * @param duplicatesLeftOut for each task how many records of its file were left out of training
 *     since the held-out part has the same content
 */
public record SharedExamples(
    List<Pair> evaluatedAndTrained, Map<String, Integer> duplicatesLeftOut) {
  /** Puts empty collections where the file has none. */
  public SharedExamples {
    evaluatedAndTrained = JsonFile.list(evaluatedAndTrained);
    duplicatesLeftOut = JsonFile.map(duplicatesLeftOut);
  }

  /**
   * Two sets with examples in common.
   *
   * @param evaluated the set that is evaluated
   * @param trained the set that is trained on
   * @param examples how many examples of {@code evaluated} are in {@code trained}
   * @param of how many examples {@code evaluated} has
   */
  public record Pair(String evaluated, String trained, int examples, int of) {
    @Override
    public String toString() {
      return examples
          + " of "
          + of
          + " evaluated examples of '"
          + evaluated
          + "' are training examples of '"
          + trained
          + "'";
    }
  }

  /** The same for people. */
  public List<String> sentences() {
    List<String> all = new ArrayList<>();
    evaluatedAndTrained.forEach(pair -> all.add(pair + " (allow-overlap)."));
    duplicatesLeftOut.forEach(
        (task, records) ->
            all.add(
                records
                    + (records == 1 ? " record of '" : " records of '")
                    + task
                    + "' left out of its training: what is held out has the same content."));
    return all;
  }
}
